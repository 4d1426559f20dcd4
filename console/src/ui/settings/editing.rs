//! One thing that is being edited: its draft, whether it changed, whether it is being saved, and what was refused.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::http::NotDone;
use crate::ui::form::refused_besides;
use crate::ui::hooks::focus_first;

/// What becomes of a save.
pub(super) type Outcome = Pin<Box<dyn Future<Output = Result<(), NotDone>>>>;

#[derive(Clone, PartialEq)]
struct State<D> {
    draft: Option<D>,
    /// As it was when the editing began.
    before: Option<D>,
    saving: bool,
    /// Leaving was asked for while something is unsaved.
    asked: bool,
    refused: Option<NotDone>,
}

/// See the module.
#[derive(Clone, PartialEq)]
pub(super) struct Editing<D: PartialEq> {
    state: UseStateHandle<State<D>>,
}

/// Nothing is edited at first, or `draft`: for the gallery.
#[hook]
pub(super) fn use_editing<D: Clone + PartialEq + 'static>(draft: Option<D>) -> Editing<D> {
    let state = use_state_eq(|| State { before: draft.clone(), draft, saving: false, asked: false, refused: None });
    let editing = Editing { state };
    use_leave_warning(editing.is_changed());
    use_form_focus(editing.state.draft.is_some(), editing.state.refused.is_some());
    editing
}

/// The focus goes along: into the form that opens, to what was refused in it, and back to where it came from.
#[hook]
fn use_form_focus(open: bool, refused: bool) {
    let opener = use_mut_ref(|| None::<HtmlElement>);
    use_effect_with(open, move |open| {
        if *open {
            let active = page::document().active_element();
            opener.replace(active.and_then(|element| element.dyn_into().ok()));
            focus_first(".form :is(input, select, textarea)");
        } else if let Some(opener) = opener.take() {
            if opener.is_connected() {
                drop(opener.focus());
            } else {
                // It was drawn anew, or belonged to what was deleted.
                focus_first("main h1");
            }
        }
    });
    use_effect_with(refused, |refused| {
        if *refused {
            crate::ui::hooks::show(".form-refused");
            focus_first(".form [aria-invalid]");
        }
    });
}

/// Whoever leaves is asked first while something is unsaved. The browser's own question is only wanted then: a page that listens for it all
/// the time loses its place in the back/forward cache.
#[hook]
fn use_leave_warning(unsaved: bool) {
    use_effect_with(unsaved, |unsaved| {
        crate::unsaved::set(*unsaved);
        let warning = unsaved.then(crate::unsaved::Warning::new);
        move || {
            crate::unsaved::set(false);
            drop(warning);
        }
    });
}

/// Something that is done at once, without a form.
#[derive(Clone, PartialEq)]
pub(super) struct Doing {
    state: UseStateHandle<(bool, Option<NotDone>)>,
}

/// Nothing is being done.
#[hook]
pub(super) fn use_doing() -> Doing {
    Doing { state: use_state_eq(|| (false, None)) }
}

impl Doing {
    /// Whether it is under way.
    pub(super) fn is_busy(&self) -> bool {
        self.state.0
    }

    /// Why it was not done, if it was not.
    pub(super) fn refused(&self) -> Html {
        refused_besides(self.state.1.as_ref(), &[])
    }

    /// Does it.
    pub(super) fn run(&self, outcome: Outcome) {
        let state = self.state.clone();
        state.set((true, None));
        wasm_bindgen_futures::spawn_local(async move { state.set((false, outcome.await.err())) });
    }
}

impl<D: Clone + PartialEq + 'static> Editing<D> {
    /// What is being written, if anything is.
    pub(super) fn draft(&self) -> Option<&D> {
        self.state.draft.as_ref()
    }

    /// What was refused lately.
    pub(super) fn refused(&self) -> Option<&NotDone> {
        self.state.refused.as_ref()
    }

    fn is_changed(&self) -> bool {
        self.state.draft.is_some() && self.state.draft != self.state.before
    }

    /// Begins with a draft.
    pub(super) fn begin(&self, draft: D) -> Callback<MouseEvent> {
        let state = self.state.clone();
        Callback::from(move |_| {
            let draft = Some(draft.clone());
            state.set(State { before: draft.clone(), draft, saving: false, asked: false, refused: None });
        })
    }

    /// Changes the draft.
    pub(super) fn change(&self, change: impl FnOnce(&mut D)) {
        let mut new = (*self.state).clone();
        if let Some(draft) = &mut new.draft {
            change(draft);
            new.asked = false;
        }
        self.state.set(new);
    }

    /// Saves the draft; it is put away where that worked.
    pub(super) fn save(&self, save: impl Fn(D) -> Outcome + 'static) -> Callback<SubmitEvent> {
        let editing = self.clone();
        let save = Rc::new(save);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(draft) = editing.draft().cloned() {
                editing.run(save(draft));
            }
        })
    }

    /// Deletes what the draft is of.
    pub(super) fn delete(&self, delete: impl Fn() -> Outcome + 'static) -> Callback<MouseEvent> {
        let editing = self.clone();
        Callback::from(move |_| editing.run(delete()))
    }

    fn run(&self, outcome: Outcome) {
        if self.state.saving {
            return;
        }
        let state = self.state.clone();
        state.set(State { saving: true, refused: None, ..(*state).clone() });
        wasm_bindgen_futures::spawn_local(async move {
            let done = outcome.await;
            state.set(match done {
                Ok(()) => State { draft: None, before: None, saving: false, asked: false, refused: None },
                Err(why) => State { saving: false, refused: Some(why), ..(*state).clone() },
            });
        });
    }

    /// Save, Cancel and Delete. Cancel asks once where something would be lost.
    pub(super) fn buttons(&self, delete: Option<Callback<MouseEvent>>) -> Html {
        let State { saving, asked, .. } = &*self.state;
        let changed = self.is_changed();
        let cancel = {
            let state = self.state.clone();
            move |_: MouseEvent| {
                let asks = changed && !state.asked;
                let new = (*state).clone();
                state.set(if asks {
                    State { asked: true, ..new }
                } else {
                    State { draft: None, before: None, saving: false, asked: false, refused: None }
                });
            }
        };
        html! {
            <>
                if *asked { <p class="form-refused" role="alert">{ "What you changed is not saved. Press Discard to lose it." }</p> }
                <div class="form-actions">
                    if let Some(delete) = delete {
                        <button type="button" class="button form-delete" data-kind="danger" disabled={*saving} onclick={delete}>{ "Delete" }</button>
                    }
                    <button type="button" class="button" disabled={*saving} onclick={cancel}>{ if *asked { "Discard" } else { "Cancel" } }</button>
                    <button type="submit" class="button" data-kind="primary" disabled={*saving} aria-busy={saving.to_string()}>
                        { if *saving { "Saving" } else { "Save" } }
                    </button>
                </div>
            </>
        }
    }
}
