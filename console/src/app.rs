//! The root: who is signed in, the one clock, and the window's rules.

use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use page::driver::Driver;
use page::storage::Storage;
use wire::api::Me;
use yew::prelude::*;

use crate::clock::{Clock, Zone};
use crate::http::{self, Who};
use crate::live::{self, Window};
use crate::ui::{ClockProvider, Preferences, SignIn, SignInState, SignInTry, Workspace, focus_first, use_window_event};
use crate::view::Act;
use crate::{notify, sound};

const NO_SHORTCUTS: &str = "rejoin.v1.console.no-shortcuts";
/// Running clocks move this often: twice a second, so that none stands still for two.
const TICK_MS: u32 = 500;
/// Whether somebody is signed in is asked again after this long, while the relay does not say.
const ASK_AGAIN_MS: u32 = 3_000;

#[derive(Clone, Debug, PartialEq)]
enum Phase {
    /// Who is signed in is being asked.
    Asking,
    /// The relay does not say; it is asked again and again.
    Unreachable,
    /// Nobody.
    Out(SignInState),
    /// Somebody.
    In(Me),
}

/// The root.
#[component]
pub fn App() -> Html {
    let phase = use_state_eq(|| Phase::Asking);
    use_effect_with((*phase).clone(), {
        let phase = phase.clone();
        move |now| {
            let asking = ask_who(now, phase);
            move || drop(asking)
        }
    });
    let on_sign_in = {
        let phase = phase.clone();
        Callback::from(move |credentials: SignInTry| {
            let phase = phase.clone();
            phase.set(Phase::Out(SignInState::Checking));
            wasm_bindgen_futures::spawn_local(async move {
                phase.set(match http::sign_in(&credentials).await {
                    Ok(me) => Phase::In(me),
                    Err(state) => Phase::Out(state),
                });
            });
        })
    };
    let on_signed_out = {
        let phase = phase.clone();
        Callback::from(move |asked: bool| {
            phase.set(Phase::Out(if asked { SignInState::Ready } else { SignInState::Over }));
        })
    };
    match &*phase {
        Phase::Asking => html! { <main class="sign-in" aria-busy="true" /> },
        Phase::Unreachable => html! { <SignIn state={SignInState::Unreachable} {on_sign_in} /> },
        Phase::Out(state) => html! { <SignIn state={state.clone()} {on_sign_in} /> },
        Phase::In(me) => html! { <Desk me={me.clone()} {on_signed_out} /> },
    }
}

/// Asks who is signed in at the start, and again while the relay does not say.
fn ask_who(now: &Phase, phase: UseStateHandle<Phase>) -> Option<Timeout> {
    let wait = match now {
        Phase::Asking => 0,
        Phase::Unreachable => ASK_AGAIN_MS,
        Phase::Out(_) | Phase::In(_) => return None,
    };
    Some(Timeout::new(wait, move || {
        wasm_bindgen_futures::spawn_local(async move {
            match http::me().await {
                Who::Signed(me) => phase.set(Phase::In(me)),
                Who::Nobody => phase.set(Phase::Out(SignInState::Ready)),
                Who::Unknown => {
                    // A new value each time would be the same one: the next try needs a push of its own.
                    phase.set(Phase::Asking);
                    phase.set(Phase::Unreachable);
                }
            }
        });
    }))
}

#[derive(Clone, PartialEq, Properties)]
struct DeskProps {
    me: Me,
    on_signed_out: Callback<bool>,
}

/// Somebody is signed in.
#[component]
fn Desk(props: &DeskProps) -> Html {
    let DeskProps { me, on_signed_out } = props;
    let draw = use_force_update();
    let driver = use_memo((), |()| Window::start());
    use_effect_with(me.clone(), {
        let (driver, draw, on_signed_out) = (Rc::clone(&driver), draw, on_signed_out.clone());
        move |me: &Me| {
            let again = driver.clone();
            driver.on_change(move || {
                live::follow_up(&again);
                page::document().set_title(&live::title(&again));
                draw.force_update();
            });
            live::begin(&driver, me, Rc::new(move |asked| on_signed_out.emit(asked)));
        }
    });
    use_window_event::<Event>("hashchange", {
        let driver = Rc::clone(&driver);
        Callback::from(move |_| live::follow_address(&driver))
    });
    use_effect({
        let driver = Rc::clone(&driver);
        move || {
            if live::takes_focus(&driver) {
                focus_first("#composer-field");
            }
        }
    });
    let preferences = use_state_eq(preferences);
    // The same one for as long as it does the same: rows whose props are the same are not drawn again.
    let act = use_callback(preferences.clone(), {
        let driver = Rc::clone(&driver);
        move |act: Act, preferences| carry_out(&driver, preferences, act)
    });
    html! {
        <Ticking driver={(*driver).clone()}>
            <Workspace model={live::model(&driver, me)} preferences={*preferences} {act} />
        </Ticking>
    }
}

fn preferences() -> Preferences {
    Preferences {
        notify: notify::is_on(),
        notify_blocked: notify::is_blocked(),
        sound: sound::is_on(),
        shortcuts: Storage::Local.read(NO_SHORTCUTS).is_none(),
    }
}

fn carry_out(driver: &Driver<Window>, shown: &UseStateHandle<Preferences>, act: Act) {
    if let Act::Notify(on) = act {
        let shown = shown.clone();
        notify::switch(on, move || shown.set(preferences()));
    } else if let Act::Sound(on) = act {
        sound::switch(on);
        shown.set(preferences());
    } else if let Act::Chime = act {
        page::sound::chime();
    } else if let Act::Shortcuts(on) = act {
        if on {
            Storage::Local.remove(NO_SHORTCUTS);
        } else {
            Storage::Local.write(NO_SHORTCUTS, "1");
        }
        shown.set(preferences());
    } else {
        live::act(driver, act);
    }
}

#[derive(Clone, PartialEq, Properties)]
struct TickingProps {
    driver: Driver<Window>,
    children: Html,
}

/// Gives everything inside the relay's clock, and moves it.
#[component]
fn Ticking(props: &TickingProps) -> Html {
    let now = use_state_eq(|| live::relay_now(&props.driver));
    use_effect_with(props.driver.clone(), {
        let now = now.clone();
        move |driver| {
            let driver = driver.clone();
            let ticks = Interval::new(TICK_MS, move || now.set(live::relay_now(&driver)));
            move || drop(ticks)
        }
    });
    html! {
        <ClockProvider clock={Clock { now: *now, zone: Zone::Browser }}>{ props.children.clone() }</ClockProvider>
    }
}
