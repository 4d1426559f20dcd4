//! What this browser was asked to do. It is kept here and nowhere else.

use yew::prelude::*;

use crate::ui::switch::switch_line;
use crate::ui::workspace::Preferences;
use crate::view::Act;

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What this browser was asked to do.
    pub preferences: Preferences,
    /// Who hears of changes.
    pub act: Callback<Act>,
}

/// The page.
#[component]
pub(super) fn Browser(props: &Props) -> Html {
    let Props { preferences, act } = props;
    let blocked = preferences.notify_blocked.then_some(
        "This browser forbids them for this site. Allow notifications in its settings for this site, then switch them on here.",
    );
    let hear = act.reform(|_: MouseEvent| Act::Chime);
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "This browser" }</h1>
            <p class="page-hint">{ "Kept in this browser only. On another computer you choose again." }</p>
            <div class="switches">
                { switch("notify", "Desktop notifications",
                    blocked.unwrap_or("For offers and customers' words while this page is hidden. They name the customer, never the words."),
                    preferences.notify, preferences.notify_blocked, Act::Notify(!preferences.notify), act) }
                { switch("sound", "Sound", "For offers, and for customers' words in a conversation that you are not looking at. One sound, \
                    however many windows are open.", preferences.sound, false, Act::Sound(!preferences.sound), act) }
                if preferences.sound {
                    <button type="button" class="button switch-extra" onclick={hear}>{ "Play the sound" }</button>
                }
                { switch("shortcuts", "Single-key shortcuts", "Such as A for Accept, while you are not writing. Press ? for all keys.",
                    preferences.shortcuts, false, Act::Shortcuts(!preferences.shortcuts), act) }
            </div>
        </>
    }
}

fn switch(
    id: &'static str,
    word: &'static str,
    meaning: &'static str,
    on: bool,
    disabled: bool,
    turn: Act,
    act: &Callback<Act>,
) -> Html {
    switch_line(id, word, meaning, on, disabled, act.reform(move |_: MouseEvent| turn.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn a_switch_has_its_name_its_meaning_and_its_state() {
        let preferences = Preferences { notify: false, notify_blocked: true, sound: true, shortcuts: true };
        let html = snapshot::html(html! { <Browser {preferences} act={|_| ()} /> }).await;
        let notify =
            html.lines().find(|line| line.contains("switch-notify") && line.contains("role=\"switch\"")).unwrap();
        assert!(notify.contains("aria-checked=\"false\"") && notify.contains("disabled"), "{notify}");
        assert!(html.contains("This browser forbids them"), "{html}");
        assert!(html.contains("Play the sound"), "{html}");
    }
}
