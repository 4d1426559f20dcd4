//! The console's own connection, where it is not there: the fact, what follows, when the next try is, and one action.

use yew::prelude::*;

use super::ticking::Until;
use crate::view::{Act, Link, Stopped};
use page::ui::{Glyph, Icon};

/// What the banner needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The connection.
    pub link: Link,
    /// How many messages wait to be sent.
    pub unsent: usize,
    /// Who hears of the action.
    pub act: Callback<Act>,
}

/// The banner; nothing while the connection lives or is first being made.
#[component]
pub fn LinkBanner(props: &Props) -> Html {
    html! { <div role="status">{ banner(props) }</div> }
}

fn banner(props: &Props) -> Html {
    let (fact, consequence, next, action) = match props.link {
        Link::Connecting | Link::Connected => return Html::default(),
        Link::Lost { next_try_at, offline, .. } => {
            let fact = if offline { "You're offline." } else { "You're not connected." };
            let kept = match props.unsent {
                0 => "What you write is kept and sent when you're back.".to_owned(),
                1 => "1 message is kept and sent when you're back.".to_owned(),
                count => format!("{count} messages are kept and sent when you're back."),
            };
            (fact, format!("{kept} After 10 seconds your customers are told."), Some(next_try_at), "Try now")
        }
        Link::Stopped(Stopped::TooManyWindows) => (
            "This window is paused.",
            "Too many windows of yours are open, and this was the oldest.".to_owned(),
            None,
            "Use this one",
        ),
        Link::Stopped(Stopped::Outdated) => {
            ("Rejoin was updated.", "Load the page anew; nothing that you wrote is lost.".to_owned(), None, "Reload")
        }
        Link::Stopped(Stopped::Protocol(code)) => {
            let why = format!(
                "The relay and this page don't understand each other (code {code}). Nothing that you wrote is lost."
            );
            ("The connection was ended.", why, None, "Reload")
        }
    };
    let act = if action == "Reload" { Act::Reload } else { Act::TryNow };
    html! {
        <div class="banner" data-tone="amber">
            <Icon glyph={Glyph::Offline} />
            <p>
                <strong>{ fact }</strong>{ " " }{ consequence }
                if let Some(next) = next {
                    <span aria-live="off">
                        if let Some(at) = next { { " Next try in " }<Until {at} />{ "." } } else { { " Trying now." } }
                    </span>
                }
            </p>
            <button type="button" class="link" onclick={props.act.reform(move |_| act.clone())}>{ action }</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};
    use crate::ui::snapshot;

    async fn banner(link: Link, unsent: usize) -> String {
        snapshot::html(html! { <LinkBanner {link} {unsent} act={|_| ()} /> }).await
    }

    #[tokio::test]
    async fn a_lost_connection_says_what_is_kept_and_when_it_is_tried() {
        insta::assert_snapshot!(banner(canned::model(Scene::Reconnecting).link, 1).await, @r#"
        <div role="status">
        <div data-tone="amber" class="banner">
        <p>
        <strong>You're not connected.</strong> 1 message is kept and sent when you're back. After 10 seconds your customers are told.<span aria-live="off"> Next try in <span class="clock">0:04</span>.</span>
        </p>
        <button type="button" class="link">Try now</button>
        </div>
        </div>
        "#);
    }

    #[tokio::test]
    async fn a_living_one_says_nothing() {
        assert_eq!(
            banner(Link::Connected, 3).await,
            r#"<div role="status">
</div>"#
        );
    }
}
