//! Where one writes: to the customer, or to colleagues. Each has its own draft, so that words for colleagues never end up
//! before the customer by a change of tab.

use model::{MESSAGE_CHARS_MAX, MessageText};
use web_sys::HtmlTextAreaElement;
use wire::{CardState, ConnectionClock};
use yew::prelude::*;

use super::command::Command;
use super::hooks::focus;
use crate::view::{Act, Kind, Open};
use page::ui::{Glyph, Icon};

/// The counter shows from this many characters before the limit.
const COUNT_WITHIN: usize = 400;
/// Typing this at the beginning of a reply goes over to colleagues.
const INTERNAL_COMMAND: &str = "/i ";

/// What the composer needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub open: std::rc::Rc<Open>,
    /// What the customer is called.
    pub customer: AttrValue,
    /// Whom the words are for.
    pub kind: Kind,
    /// The field, so that shortcuts can reach it.
    pub field: NodeRef,
    /// Changes whom the words are for.
    pub on_kind: Callback<Kind>,
    /// Which commands there are now.
    #[prop_or_default]
    pub commands: Commands,
    /// Opens what a command opens.
    #[prop_or_default]
    pub on_command: Callback<Command>,
    /// What a command opened, over the field.
    #[prop_or_default]
    pub popover: Html,
    /// Who hears of drafts and sends.
    pub act: Callback<Act>,
}

/// Which commands there are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    /// `/q`
    pub reply: bool,
    /// `/c`
    pub consult: bool,
    /// `/t`
    pub transfer: bool,
}

impl Commands {
    const fn has(self, command: Command) -> bool {
        match command {
            Command::QuickReply => self.reply,
            Command::Consult => self.consult,
            Command::Transfer => self.transfer,
        }
    }

    /// The command that a draft is, no more and no less.
    fn read(self, text: &str) -> Option<Command> {
        Command::ALL.into_iter().find(|command| command.typed() == text && self.has(*command))
    }
}

/// The composer.
#[component]
pub fn Composer(props: &Props) -> Html {
    let Props { open, customer, kind, field, on_kind, commands, on_command, popover, act } = props;
    let commands = *commands;
    let id = open.id;
    let kind = *kind;
    let text = open.draft(kind).to_owned();
    let chars = text.chars().count();
    let ready = MessageText::new(text.clone()).ok();
    let closed = closed_because(open, kind);
    let send = {
        let (act, field, open_now) = (act.clone(), field.clone(), closed.is_none());
        move || {
            // What the field holds now: who types fast is ahead of what was drawn last.
            let Some(area) = field.cast::<HtmlTextAreaElement>() else { return };
            if let (Ok(text), true) = (MessageText::new(area.value()), open_now) {
                // A second press finds nothing, drawn or not.
                area.set_value("");
                act.emit(Act::Send { conversation: id, kind, text });
                focus(&field);
            }
        }
    };
    let oninput = {
        let (act, on_kind, on_command) = (act.clone(), on_kind.clone(), on_command.clone());
        move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            if let Some(command) = commands.read(&text) {
                act.emit(Act::Draft { conversation: id, kind, text: String::new() });
                if command == Command::QuickReply {
                    on_kind.emit(Kind::Reply);
                }
                on_command.emit(command);
            } else if let (Kind::Reply, Some(rest)) = (kind, text.strip_prefix(INTERNAL_COMMAND)) {
                act.emit(Act::Draft { conversation: id, kind: Kind::Reply, text: String::new() });
                act.emit(Act::Draft { conversation: id, kind: Kind::Internal, text: rest.to_owned() });
                on_kind.emit(Kind::Internal);
            } else {
                act.emit(Act::Draft { conversation: id, kind, text });
            }
        }
    };
    let onkeydown = {
        let (send, field) = (send.clone(), field.clone());
        move |event: KeyboardEvent| match event.key().as_str() {
            // 229: what Safari gives for the Enter that ends a composition.
            "Enter" if !event.shift_key() && !event.is_composing() && event.key_code() != 229 => {
                event.prevent_default();
                send();
            }
            "Escape" => blur(&field),
            _ => {}
        }
    };
    let label = match kind {
        Kind::Reply => format!("Write to {customer}"),
        Kind::Internal => "Write to colleagues".to_owned(),
    };
    let disabled = closed.is_some();
    html! {
        <form class="composer" data-kind={key(kind)} aria-label="Composer"
            onsubmit={let send = send.clone(); move |event: SubmitEvent| { event.prevent_default(); send() }}>
            { popover.clone() }
            <div class="composer-tabs" role="tablist" aria-label="Whom the message is for">
                { tab(Kind::Reply, kind, open, on_kind) }
                { tab(Kind::Internal, kind, open, on_kind) }
                if kind == Kind::Internal {
                    <span class="composer-note" id="composer-note"><Icon glyph={Glyph::Lock} />{ "Only colleagues see this" }</span>
                }
            </div>
            <textarea ref={field.clone()} class="composer-field" id="composer-field" rows={lines(&text)} dir="auto"
                aria-label={label} aria-describedby={(kind == Kind::Internal).then_some("composer-note")}
                placeholder={closed.clone().unwrap_or_else(|| placeholder(open, kind, customer))} value={text.clone()} {disabled}
                autocomplete="off" spellcheck="true" enterkeyhint="send" {oninput} {onkeydown} />
            <div class="composer-foot">
                if kind == Kind::Reply && commands.reply {
                    <button type="button" class="composer-link" aria-keyshortcuts="Q" onclick={on_command.reform(|_| Command::QuickReply)}>
                        <Icon glyph={Glyph::Reply} />{ "Quick reply" }<kbd aria-hidden="true">{ "/q" }</kbd>
                    </button>
                }
                if kind == Kind::Reply && open.state.as_ref().is_some_and(|state| state.may_offer_link) {
                    { link_button(id, act) }
                }
                <span class="composer-hint"><kbd>{ "Enter" }</kbd>{ " sends · " }<kbd>{ "Shift Enter" }</kbd>{ " new line" }</span>
                if chars + COUNT_WITHIN > MESSAGE_CHARS_MAX {
                    <span class="composer-count clock" data-tone={(chars > MESSAGE_CHARS_MAX).then_some("red")} role="status">
                        { count(chars) }
                    </span>
                }
                <button type="submit" class="button composer-send" data-kind={if kind == Kind::Internal { "internal" } else { "primary" }}
                    disabled={disabled || ready.is_none()}>
                    if kind == Kind::Internal {
                        <Icon glyph={Glyph::Lock} />{ "Send internally" }
                    } else {
                        { "Send" }
                    }
                </button>
            </div>
        </form>
    }
}

/// One click puts the card with the link into the customer's transcript.
fn link_button(id: model::ConversationId, act: &Callback<Act>) -> Html {
    let offer = act.reform(move |_: MouseEvent| Act::Ask(wire::Request::OfferLink { conversation: id }));
    html! {
        <button type="button" class="composer-link" aria-keyshortcuts="L" onclick={offer}
            title="Puts a card with a link into the customer's chat. It brings them back to you from any device.">
            <Icon glyph={Glyph::Link} />{ "Reconnect link" }
        </button>
    }
}

const fn key(kind: Kind) -> &'static str {
    match kind {
        Kind::Reply => "reply",
        Kind::Internal => "internal",
    }
}

fn tab(kind: Kind, now: Kind, open: &Open, on_kind: &Callback<Kind>) -> Html {
    let selected = kind == now;
    let (word, shortcut, other) = match kind {
        Kind::Reply => ("Reply", "R", Kind::Internal),
        Kind::Internal => ("Internal", "I", Kind::Reply),
    };
    let onkeydown = {
        let on_kind = on_kind.clone();
        move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight") {
                event.prevent_default();
                on_kind.emit(other);
                super::hooks::focus_first(&format!("#tab-{}", key(other)));
            }
        }
    };
    html! {
        <button type="button" class="tab" role="tab" id={format!("tab-{}", key(kind))} data-kind={key(kind)}
            aria-selected={selected.to_string()} aria-controls="composer-field" aria-keyshortcuts={shortcut}
            tabindex={if selected { "0" } else { "-1" }} onclick={on_kind.reform(move |_| kind)} {onkeydown}>
            if kind == Kind::Internal {
                <Icon glyph={Glyph::Lock} />
            }
            { word }
            if !selected && !open.draft(kind).trim().is_empty() {
                <span class="tab-draft">{ "draft" }</span>
            }
        </button>
    }
}

fn blur(field: &NodeRef) {
    if let Some(field) = field.cast::<HtmlTextAreaElement>() {
        // Fails never for an element of the page.
        drop(field.blur());
    }
}

fn lines(text: &str) -> String {
    text.split('\n').count().clamp(2, 8).to_string()
}

fn count(chars: usize) -> String {
    match MESSAGE_CHARS_MAX.checked_sub(chars) {
        Some(left) => format!("{left} characters left"),
        None => format!("{} characters too long", chars - MESSAGE_CHARS_MAX),
    }
}

/// Why nobody can write now, for the placeholder.
fn closed_because(open: &Open, kind: Kind) -> Option<String> {
    let state = open.state.as_ref()?;
    match (state.card.state, kind) {
        (CardState::Closed { .. }, _) => Some("This conversation is closed. It can only be read.".to_owned()),
        (_, Kind::Internal) if open.parts.as_ref().is_some_and(|parts| !parts.may.say_internally) => {
            Some("You can read here, not write.".to_owned())
        }
        (_, Kind::Internal) => None,
        (_, Kind::Reply) if state.may_write => None,
        (CardState::Open { .. }, Kind::Reply) => Some("Pick the conversation to write to the customer.".to_owned()),
        (CardState::WrapUp { promise_until: Some(_), .. }, Kind::Reply) => {
            Some("Nobody can write until the customer is back. Internal messages can still be written.".to_owned())
        }
        (CardState::WrapUp { .. }, Kind::Reply) => {
            Some("The talk is over. Internal messages can still be written.".to_owned())
        }
        (CardState::Active { .. }, Kind::Reply) => Some("Another agent writes to the customer.".to_owned()),
    }
}

fn placeholder(open: &Open, kind: Kind, customer: &str) -> String {
    let away = open.card().is_some_and(|card| {
        matches!(card.connection, ConnectionClock::Away { .. } | ConnectionClock::Disconnected { .. })
    });
    match (kind, away) {
        (Kind::Internal, _) => format!("Write to colleagues. {customer} never sees it."),
        (Kind::Reply, true) => format!("Write to {customer}. It is there when they are back."),
        (Kind::Reply, false) => format!("Write to {customer}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};
    use crate::ui::snapshot;

    async fn composer(scene: Scene, kind: Kind) -> String {
        let open = canned::model(scene).open.unwrap();
        let field = NodeRef::default();
        snapshot::html(html! {
            <Composer {open} customer="Mia Berg" {kind} {field} on_kind={|_| ()} act={|_| ()} />
        })
        .await
    }

    #[tokio::test]
    async fn for_colleagues_every_part_says_so() {
        insta::assert_snapshot!(composer(Scene::Talking, Kind::Internal).await, @r#"
        <form data-kind="internal" aria-label="Composer" class="composer">
        <div role="tablist" aria-label="Whom the message is for" class="composer-tabs">
        <button type="button" role="tab" id="tab-reply" data-kind="reply" aria-selected="false" aria-controls="composer-field" aria-keyshortcuts="R" tabindex="-1" class="tab">Reply<span class="tab-draft">draft</span>
        </button>
        <button type="button" role="tab" id="tab-internal" data-kind="internal" aria-selected="true" aria-controls="composer-field" aria-keyshortcuts="I" tabindex="0" class="tab">Internal</button>
        <span id="composer-note" class="composer-note">Only colleagues see this</span>
        </div>
        <textarea id="composer-field" rows="2" dir="auto" aria-label="Write to colleagues" aria-describedby="composer-note" placeholder="Write to colleagues. Mia Berg never sees it." autocomplete="off" spellcheck="true" enterkeyhint="send" class="composer-field">
        </textarea>
        <div class="composer-foot">
        <span class="composer-hint">
        <kbd>Enter</kbd> sends · <kbd>Shift Enter</kbd> new line</span>
        <button type="submit" data-kind="internal" disabled="disabled" class="button composer-send">Send internally</button>
        </div>
        </form>
        "#);
    }

    #[tokio::test]
    async fn while_the_place_is_kept_one_writes_and_afterwards_nobody_does() {
        assert!(!composer(Scene::Held, Kind::Reply).await.contains("<textarea disabled"), "held");
        let html = composer(Scene::Promised, Kind::Reply).await;
        assert!(html.contains("disabled") && html.contains("until the customer is back"), "{html}");
    }

    #[tokio::test]
    async fn after_the_talk_the_reply_is_closed_and_says_why() {
        let html = composer(Scene::WrapUp, Kind::Reply).await;
        assert!(html.contains("disabled") && html.contains("The talk is over."), "{html}");
        assert!(
            !composer(Scene::WrapUp, Kind::Internal).await.contains("<textarea disabled"),
            "colleagues can be written to"
        );
    }
}
