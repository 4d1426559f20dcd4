//! The sign-in page.

use gloo_timers::callback::Interval;
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
    let wait = use_countdown(if let SignInState::RateLimited(wait) = props.state { wait } else { Millis::ZERO });
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
                <div id="sign-in-error">
                    if let Some((tone, text)) = error {
                        <p class="sign-in-note" data-tone={tone}>
                            <Icon glyph={Glyph::Alert} />
                            // The clock stands beside the alert, so that it is not read out every second.
                            <span><span role="alert">{ text }</span>{ again(&props.state, wait) }</span>
                        </p>
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

/// What is left of a time that began when it was first given.
#[hook]
fn use_countdown(all: Millis) -> Millis {
    let left = use_state_eq(|| all);
    use_effect_with(all, {
        let left = left.clone();
        move |all| {
            let (all, started) = (*all, page::clock::now());
            left.set(all);
            let ticks = (all > Millis::ZERO).then(|| {
                Interval::new(500, move || {
                    let gone = page::clock::now().since(started);
                    left.set(Millis(all.0.saturating_sub(gone.0)));
                })
            });
            move || drop(ticks)
        }
    });
    *left
}

/// When another try is possible, after too many.
fn again(state: &SignInState, wait: Millis) -> Html {
    if !matches!(state, SignInState::RateLimited(_)) {
        return Html::default();
    }
    if wait == Millis::ZERO {
        return html! { { " You can try again now." } };
    }
    let left = span(Millis(wait.0.div_ceil(1_000) * 1_000));
    html! { <>{ " You can try again in " }<span class="clock">{ left }</span>{ "." }</> }
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
        SignInState::RateLimited(_) => Some(("red", "Too many tries.".to_owned())),
        SignInState::Unreachable => {
            Some(("red", "The relay can't be reached. Check your connection and try again.".to_owned()))
        }
        SignInState::Refused(sentence) => Some(("red", sentence.clone())),
    }
}
