//! Notes on a conversation: for colleagues and for later, never for the customer. What is typed is kept until it is saved, also over a
//! reload of the page.

use std::rc::Rc;

use gloo_timers::callback::Interval;
use model::ConversationId;
use page::storage::Storage;
use web_sys::HtmlTextAreaElement;
use wire::api::{NOTE_CHARS_MAX, NewNote, Note, Notes};
use yew::prelude::*;

use super::settings::loaded::{Loaded, use_source};
use super::ticking::When;
use crate::http::{self, NotDone};

/// Notes of colleagues are asked for again after this long.
const READ_EVERY_MS: u32 = 15_000;

/// Notes that are there without a relay: for the gallery.
#[derive(Clone, Debug, PartialEq)]
pub struct CannedNotes(pub(crate) Rc<Notes>);

/// What the notes need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Of which conversation. They are drawn anew for another one.
    pub conversation: ConversationId,
    /// Who reads them.
    pub me: model::AgentId,
}

/// The key of what is typed and not saved.
fn kept_as(conversation: ConversationId) -> String {
    format!("rejoin.v1.console.note.{conversation}")
}

/// Whether the relay says that the reader has no part in the conversation: then there is nothing to show.
fn is_none_of_theirs(state: &Loaded<Notes>) -> bool {
    matches!(state, Loaded::Failed(NotDone::Refused(problem)) if problem.status == 404)
}

/// The notes, and a field for another one.
#[component]
pub fn NotesPanel(props: &Props) -> Html {
    let Props { conversation, me } = props;
    let id = *conversation;
    let path = format!("/api/conversations/{id}/notes");
    let canned = use_context::<CannedNotes>().map(|canned| canned.0);
    let source = use_source::<Notes>(path.clone().into(), canned);
    let typed = use_state_eq(|| read_kept(id));
    let saving = use_state_eq(|| false);
    let refused = use_state_eq(|| None::<NotDone>);
    use_effect_with((), {
        let reload = source.reload();
        move |()| {
            let interval = Interval::new(READ_EVERY_MS, move || reload.emit(()));
            move || drop(interval)
        }
    });
    if is_none_of_theirs(source.state()) {
        return Html::default();
    }
    let oninput = {
        let typed = typed.clone();
        move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            Storage::Tab.write(&kept_as(id), &text);
            typed.set(text);
        }
    };
    let save = {
        let (typed, saving, refused, reload) = (typed.clone(), saving.clone(), refused.clone(), source.reload());
        Callback::from(move |()| {
            let text = (*typed).clone();
            if *saving || text.trim().is_empty() {
                return;
            }
            saving.set(true);
            refused.set(None);
            let (typed, saving, refused, reload) = (typed.clone(), saving.clone(), refused.clone(), reload.clone());
            let path = path.clone();
            wasm_bindgen_futures::spawn_local(async move {
                match http::send::<Note>("POST", &path, &NewNote { text }).await {
                    Ok(_) => {
                        Storage::Tab.remove(&kept_as(id));
                        typed.set(String::new());
                        reload.emit(());
                    }
                    Err(why) => refused.set(Some(why)),
                }
                saving.set(false);
            });
        })
    };
    let onkeydown = {
        let save = save.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                save.emit(());
            }
            "Escape" => drop(event.target_unchecked_into::<HtmlTextAreaElement>().blur()),
            _ => {}
        }
    };
    let chars = typed.chars().count();
    let why = refused.as_ref().map(|why| why.mistakes().first().cloned().unwrap_or_else(|| why.sentence()));
    html! {
        <section class="panel" aria-labelledby="notes-title">
            <h2 class="panel-title" id="notes-title">{ "Notes" }<span class="panel-more">{ "only colleagues read them" }</span></h2>
            { source.or_waiting(|notes| list(notes, *me)) }
            <textarea class="input note-field" id="note-field" rows="3" dir="auto" aria-label="A note" aria-keyshortcuts="N" placeholder="Add a note"
                value={(*typed).clone()} {oninput} {onkeydown} />
            if let Some(why) = why { <p class="form-mistake" role="alert">{ why }</p> }
            if chars > 0 {
                <div class="note-foot">
                    if chars > NOTE_CHARS_MAX { <span class="clock" data-tone="red">{ format!("{} too many", chars - NOTE_CHARS_MAX) }</span> }
                    <button type="button" class="button" disabled={*saving || chars > NOTE_CHARS_MAX} onclick={save.reform(|_: MouseEvent| ())}>
                        { if *saving { "Saving" } else { "Save note" } }
                    </button>
                </div>
            }
        </section>
    }
}

fn read_kept(id: ConversationId) -> String {
    if cfg!(target_arch = "wasm32") { Storage::Tab.read(&kept_as(id)).unwrap_or_default() } else { String::new() }
}

fn list(notes: &Notes, me: model::AgentId) -> Html {
    if notes.notes.is_empty() {
        return Html::default();
    }
    let line = |note: &Note| {
        let by = match &note.name {
            _ if note.by == me => "You",
            Some(name) => name.as_str(),
            None => "A colleague",
        };
        html! {
            <li key={note.id.to_string()} class="note">
                <p class="note-by">{ by.to_owned() }{ " · " }<When at={note.at} /></p>
                <p class="note-text" dir="auto">{ &note.text }</p>
            </li>
        }
    };
    html! { <ul class="notes">{ for notes.notes.iter().map(line) }</ul> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn notes_say_who_wrote_them() {
        let notes = CannedNotes(Rc::new(canned::notes()));
        let html = snapshot::html(html! {
            <ContextProvider<CannedNotes> context={notes}>
                <NotesPanel conversation={ConversationId::from_u128(1)} me={model::AgentId::from_u128(100)} />
            </ContextProvider<CannedNotes>>
        })
        .await;
        assert!(html.contains("You · ") && html.contains("Sofia Marin · "), "{html}");
        assert!(html.contains("id=\"note-field\"") && !html.contains("Save note"), "{html}");
    }

    #[test]
    fn who_has_no_part_sees_no_notes() {
        let problem = |status| {
            Loaded::<Notes>::Failed(NotDone::Refused(wire::api::Problem {
                kind: String::new(),
                title: String::new(),
                status,
                mistakes: Vec::new(),
            }))
        };
        assert!(is_none_of_theirs(&problem(404)) && !is_none_of_theirs(&problem(409)));
        assert!(!is_none_of_theirs(&Loaded::Failed(NotDone::Unreachable)));
    }
}
