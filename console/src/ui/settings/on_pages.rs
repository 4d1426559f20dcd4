//! Whether a widget works on the pages that it was put on: where it was seen, and a look at a page.

use std::rc::Rc;

use gloo_timers::callback::Interval;
use wire::api::{Embedding, Finding, PageCheck, PageToCheck, SeenOn, Verdict};
use yew::prelude::*;

use super::editing::{Outcome, use_doing};
use super::loaded::use_source;
use crate::http;
use crate::ui::ticking::When;
use page::ui::{Glyph, Icon};

/// What was seen is asked for again after this long.
const LOOKS_EVERY_MS: u32 = 5_000;

/// What the check needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Of which widget.
    pub(super) widget: String,
    /// Whether the reader may have the relay look at a page.
    pub(super) may_check: bool,
    /// What was seen, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<Embedding>>,
    /// What was found at first, likewise.
    #[prop_or_default]
    pub(super) found: Option<PageCheck>,
}

/// Where the widget was seen, and the check of a page.
#[component]
pub(super) fn OnPages(props: &Props) -> Html {
    let Props { widget, may_check, preset, found } = props;
    let path = format!("/api/widgets/{widget}/embedding");
    let source = use_source::<Embedding>(path.clone().into(), preset.clone());
    let checked = use_state_eq(|| found.clone());
    let typed = use_state_eq(String::new);
    let doing = use_doing();
    use_effect_with((), {
        let reload = source.reload();
        move |()| {
            let interval = Interval::new(LOOKS_EVERY_MS, move || reload.emit(()));
            move || drop(interval)
        }
    });
    let oninput = {
        let typed = typed.clone();
        move |event: InputEvent| typed.set(event.target_unchecked_into::<web_sys::HtmlInputElement>().value())
    };
    let onsubmit = {
        let (doing, checked, typed) = (doing.clone(), checked.clone(), typed.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let (path, checked, url) = (path.clone(), checked.clone(), (*typed).clone());
            doing.run(Box::pin(async move {
                checked.set(None);
                checked.set(Some(http::send::<PageCheck>("POST", &path, &PageToCheck { url }).await?));
                Ok(())
            }) as Outcome);
        }
    };
    html! {
        <div class="on-pages">
            { source.or_waiting(|embedding| seen(embedding)) }
            if *may_check {
                <form class="check" {onsubmit} novalidate=true>
                    <input class="input" type="url" inputmode="url" placeholder="https://shop.example.com/" autocomplete="off" value={(*typed).clone()} {oninput}
                        aria-label={format!("A page with {widget} on it")} />
                    <button type="submit" class="button" disabled={doing.is_busy() || typed.trim().is_empty()}>
                        { if doing.is_busy() { "Checking" } else { "Check this page" } }
                    </button>
                </form>
                { doing.refused() }
            }
            <div role="status">
                if let Some(check) = &*checked { <ul class="findings">{ for check.findings.iter().map(finding) }</ul> }
            </div>
        </div>
    }
}

fn seen(embedding: &Embedding) -> Html {
    let Some(last) = embedding.seen.first() else {
        return html! {
            <p class="seen">
                <span>
                    { "No page has loaded the chat since the relay started, " }<When at={embedding.since} />
                    { ". A page loads it once its button is pressed." }
                </span>
            </p>
        };
    };
    let line = |one: &SeenOn| {
        let site = one.site.clone();
        if one.allowed {
            html! { <p class="seen" key={site.clone()}><Icon glyph={Glyph::Check} /><span>{ "Seen on " }<strong>{ site }</strong>{ ", " }<When at={one.at} /></span></p> }
        } else {
            html! {
                <p class="seen" key={site.clone()} data-tone="amber"><Icon glyph={Glyph::Alert} />
                    <span><strong>{ site }</strong>{ " tried to show it, " }<When at={one.at} />{ ". It is none of the sites, so browsers refused." }</span></p>
            }
        }
    };
    // The latest, and every site that does not work.
    let shown = embedding.seen.iter().filter(|one| *one == last || !one.allowed).take(4);
    html! { <>{ for shown.map(line) }</> }
}

fn finding(one: &Finding) -> Html {
    let (glyph, word, tone) = match one.verdict {
        Verdict::Good => (Glyph::Check, "Good: ", None),
        Verdict::Bad => (Glyph::Alert, "Wrong: ", Some("red")),
        Verdict::Unknown => (Glyph::Info, "Not known: ", Some("amber")),
    };
    html! {
        <li key={one.about.clone()} class="finding" data-tone={tone}>
            <Icon {glyph} /><span><span class="unseen">{ word }</span>{ &one.text }</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    async fn drawn(seen: Vec<SeenOn>) -> String {
        let preset = Some(Rc::new(Embedding { since: Timestamp(0), seen }));
        let found = Some(canned::page_check());
        snapshot::html(html! { <OnPages widget="shop" may_check={true} {preset} {found} /> }).await
    }

    #[tokio::test]
    async fn where_it_was_seen_and_what_is_wrong_is_said_in_words() {
        let html = drawn(Vec::new()).await;
        assert!(html.contains("No page has loaded the chat") && html.contains("Check this page"), "{html}");
        let site = |site: &str, allowed| SeenOn { site: site.to_owned(), at: Timestamp(0), allowed };
        let html = drawn(vec![site("https://a.example", true), site("https://b.example", false)]).await;
        assert!(html.contains("Seen on <strong>https://a.example") && html.contains("browsers refused"), "{html}");
        assert!(html.contains("Wrong: ") && html.contains("frame-src"), "{html}");
    }
}
