//! The sign-in page.

use model::Millis;
use web_sys::HtmlInputElement;
use wire::api;
use yew::prelude::*;

use crate::clock::span;
use page::ui::{Glyph, Icon, Mark};

/// How a sign-in stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInState {
    /// Nothing was tried.
    Ready,
    /// The sign-in of this browser is over: signed out elsewhere, or too old.
    Over,
    /// It is being checked.
    Checking,
    /// The name or the password is wrong.
    Wrong,
    /// Too many tries; possible again after this long.
    RateLimited(Millis),
    /// The relay could not be reached or had a fault.
    Unreachable,
    /// The relay said no, in its own words.
    Refused(String),
}

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// How it stands.
    pub state: SignInState,
    /// Tries to sign in.
    pub on_sign_in: Callback<SignInTry>,
}

/// A name with a password.
pub type SignInTry = std::rc::Rc<api::SignIn>;

/// The page.
#[component]
pub fn SignIn(props: &Props) -> Html {
    let (name, password) = (use_node_ref(), use_node_ref());
    let busy = props.state == SignInState::Checking;
    let error = error(&props.state);
    use_effect_with(props.state.clone(), {
        let password = password.clone();
        move |state| {
            if matches!(state, SignInState::Wrong)
                && let Some(field) = password.cast::<HtmlInputElement>()
            {
                field.select();
                drop(field.focus());
            }
        }
    });
    let onsubmit = {
        let (name, password, on_sign_in) = (name.clone(), password.clone(), props.on_sign_in.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let value = |node: &NodeRef| node.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
            if !busy {
                on_sign_in.emit(SignInTry::new(api::SignIn { name: value(&name), password: value(&password) }));
            }
        }
    };
    let describedby = error.is_some().then_some("sign-in-error");
    html! {
        <main class="sign-in">
            <form class="sign-in-card" aria-labelledby="sign-in-title" {onsubmit}>
                <p class="sign-in-brand"><Mark />{ "Rejoin" }</p>
                <h1 class="sign-in-title" id="sign-in-title">{ "Sign in to your desk" }</h1>
                <div id="sign-in-error" role="alert">
                    if let Some((tone, text)) = error {
                        <p class="sign-in-note" data-tone={tone}><Icon glyph={Glyph::Alert} /><span>{ text }</span></p>
                    }
                </div>
                <label class="field"><span>{ "Name" }</span>
                    <input ref={name} class="input" name="name" autocomplete="username" autocapitalize="none"
                        spellcheck="false" required=true autofocus=true aria-describedby={describedby}
                        aria-invalid={(props.state == SignInState::Wrong).then_some("true")} />
                </label>
                <label class="field"><span>{ "Password" }</span>
                    <input ref={password} class="input" name="password" type="password" autocomplete="current-password"
                        required=true aria-describedby={describedby}
                        aria-invalid={(props.state == SignInState::Wrong).then_some("true")} />
                </label>
                <button type="submit" class="button" data-kind="primary" aria-disabled={busy.then_some("true")}>
                    { if busy { "Signing in" } else { "Sign in" } }
                </button>
            </form>
        </main>
    }
}

fn error(state: &SignInState) -> Option<(&'static str, String)> {
    match state {
        SignInState::Ready | SignInState::Checking => None,
        SignInState::Over => {
            Some(("amber", "You were signed out. Sign in to go on; what you wrote in this window is kept.".to_owned()))
        }
        SignInState::Wrong => {
            Some(("red", "This name and password don't go together. Check both and try again.".to_owned()))
        }
        SignInState::RateLimited(wait) => {
            Some(("red", format!("Too many tries. You can try again in {}.", span(*wait))))
        }
        SignInState::Unreachable => {
            Some(("red", "The relay can't be reached. Check your connection and try again.".to_owned()))
        }
        SignInState::Refused(sentence) => Some(("red", sentence.clone())),
    }
}
