//! Reports: figures of a time, a chart with the same as a table, and by queue, agent or widget.

mod chart;
mod presence;

use std::rc::Rc;

use serde_json::Value;
use web_sys::HtmlSelectElement;
use wire::api::{Figures, People, PresenceReport, Queues, Summary, Widgets};
use yew::prelude::*;

use self::chart::Chart;
use self::presence::PresenceTimesPart;
use super::settings::loaded::use_source;
use super::ticking::use_minute;
use crate::clock::Zone;
use crate::report::{self, Asked, By, Period, SHORT_ABANDONS};

/// What the reports need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What is there at once: for the gallery and tests.
    #[prop_or_default]
    pub preset: Preset,
}

/// A report that is there without a relay.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    pub(crate) summary: Option<Rc<Summary>>,
    pub(crate) queues: Option<Rc<Queues<Value>>>,
    pub(crate) people: Option<Rc<People>>,
    pub(crate) widgets: Option<Rc<Widgets<Value>>>,
    pub(crate) presence: Option<Rc<PresenceReport>>,
}

/// The reports.
#[component]
pub fn Reports(props: &Props) -> Html {
    let clock = use_minute();
    // A report is of the moment in which it was asked for.
    let at = use_state_eq(|| clock.now);
    let own_zone = use_memo((), |()| own_zone());
    let asked = use_state_eq(|| Asked { time_zone: (*own_zone).clone(), ..Asked::default() });
    let source = use_source::<Summary>(asked.summary(*at).into(), props.preset.summary.clone());
    let names = Names {
        queues: use_source::<Queues<Value>>("/api/queues".into(), props.preset.queues.clone()).here(),
        people: use_source::<People>("/api/people".into(), props.preset.people.clone()).here(),
        widgets: use_source::<Widgets<Value>>("/api/widgets".into(), props.preset.widgets.clone()).here(),
    };
    let ask = {
        let (asked, at) = (asked.clone(), at.clone());
        let now = clock.now;
        Callback::from(move |new: Asked| {
            at.set(now);
            asked.set(new);
        })
    };
    let zone = if asked.time_zone == *own_zone { clock.zone } else { Zone::Fixed(0) };
    let refresh = {
        let (at, reload, now) = (at.clone(), source.reload(), clock.now);
        move |_: MouseEvent| {
            at.set(now);
            reload.emit(());
        }
    };
    html! {
        <main class="reports" id="content">
            <div class="page-head">
                <h1 class="page-title" tabindex="-1">{ "Reports" }</h1>
                <span class="page-actions">
                    <button type="button" class="button" onclick={refresh}>{ "Refresh" }</button>
                    <a class="button" href={asked.csv(*at)} download="conversations.csv">{ "Conversations as CSV" }</a>
                </span>
            </div>
            { filters(&asked, &names, &own_zone, &ask) }
            { source.or_waiting(|summary| drawn(summary, &asked, &names, zone, &ask)) }
            <PresenceTimesPart path={asked.presence(*at)} one={asked.agent.is_some()} {zone} people={names.people.clone()}
                preset={props.preset.presence.clone()} />
        </main>
    }
}

/// Names of what figures are grouped by.
struct Names {
    queues: Option<Rc<Queues<Value>>>,
    people: Option<Rc<People>>,
    widgets: Option<Rc<Widgets<Value>>>,
}

impl Names {
    fn of(&self, by: By, id: &str) -> String {
        let found = match by {
            By::Queue => self
                .queues
                .iter()
                .flat_map(|all| &all.queues)
                .find(|one| one.id.to_string() == id)
                .map(|one| one.name.to_string()),
            By::Agent => self
                .people
                .iter()
                .flat_map(|all| &all.people)
                .find(|one| one.id.to_string() == id)
                .map(|one| one.display_name.as_str().to_owned()),
            By::Widget => self
                .widgets
                .iter()
                .flat_map(|all| &all.widgets)
                .find(|one| one.id.to_string() == id)
                .map(|one| one.name.to_string()),
        };
        found.unwrap_or_else(|| id.to_owned())
    }
}

/// The browser's time zone.
fn own_zone() -> String {
    if cfg!(target_arch = "wasm32") { page::intl::time_zone() } else { "Europe/Berlin".to_owned() }
}

fn filters(asked: &Asked, names: &Names, own_zone: &str, ask: &Callback<Asked>) -> Html {
    let periods = Period::ALL.iter().map(|period| {
        let wanted = Asked { period: *period, ..asked.clone() };
        html! {
            <button type="button" class="chip" aria-pressed={(asked.period == *period).to_string()}
                onclick={ask.reform(move |_: MouseEvent| wanted.clone())}>{ period.name() }</button>
        }
    });
    let queues = names
        .queues
        .iter()
        .flat_map(|all| &all.queues)
        .map(|one| (one.name.to_string(), one.name.to_string()))
        .collect();
    let people = names
        .people
        .iter()
        .flat_map(|all| &all.people)
        .map(|one| (one.id.to_string(), one.display_name.as_str().to_owned()))
        .collect();
    let widgets = names
        .widgets
        .iter()
        .flat_map(|all| &all.widgets)
        .map(|one| (one.name.to_string(), one.name.to_string()))
        .collect();
    let zones = if own_zone == "UTC" { Vec::new() } else { vec![(own_zone.to_owned(), own_zone.replace('_', " "))] };
    let waits = SHORT_ABANDONS.map(|seconds| (seconds.to_owned(), format!("Left within {seconds} s: no wait"))).into();
    let zone = Some(asked.time_zone.as_str()).filter(|zone| !zone.is_empty());
    let choose = |change: fn(&mut Asked, Option<String>)| {
        let asked = asked.clone();
        ask.reform(move |value| {
            let mut new = asked.clone();
            change(&mut new, value);
            new
        })
    };
    html! {
        <div class="filters" role="group" aria-label="Filters">
            { for periods }
            <span class="filters-end">
                { select("Queue", "Queue: all", queues, asked.queue.as_deref(), choose(|asked, queue| asked.queue = queue)) }
                { select("Agent", "Agent: all", people, asked.agent.as_deref(), choose(|asked, agent| asked.agent = agent)) }
                { select("Widget", "Widget: all", widgets, asked.widget.as_deref(), choose(|asked, widget| asked.widget = widget)) }
                { select("Short abandons", "As each queue says", waits, asked.short_abandon.as_deref(), choose(|asked, seconds| asked.short_abandon = seconds)) }
                { select("Time zone", "UTC", zones, zone, choose(|asked, zone| asked.time_zone = zone.unwrap_or_default())) }
            </span>
        </div>
    }
}

fn select(
    word: &'static str,
    none: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<&str>,
    choose: Callback<Option<String>>,
) -> Html {
    let onchange = move |event: Event| {
        let value = event.target_unchecked_into::<HtmlSelectElement>().value();
        choose.emit(Some(value).filter(|value| !value.is_empty()));
    };
    html! {
        <select class="input filter-select" aria-label={word} {onchange}>
            <option value="" selected={chosen.is_none()}>{ none }</option>
            { for options.into_iter().map(|(value, name)| {
                let selected = chosen == Some(value.as_str());
                html! { <option {value} {selected}>{ name }</option> }
            }) }
        </select>
    }
}

fn drawn(summary: &Rc<Summary>, asked: &Asked, names: &Names, zone: Zone, ask: &Callback<Asked>) -> Html {
    let all = &summary.total;
    let returned = report::returned(all);
    let figure = |word: &'static str, count: String, more: String| {
        html! {
            <div class="figure"><dt>{ word }</dt>
                <dd><span class="figure-count clock">{ count }</span><span class="figure-more">{ more }</span></dd></div>
        }
    };
    html! {
        <>
            <dl class="figures" aria-label="Of the whole time">
                { figure("Incoming", all.incoming.to_string(), format!("{} answered", all.engaged)) }
                { figure("Abandoned", all.abandoned.to_string(), report::share(all.abandoned, all.incoming)) }
                { figure("First answer, mean", report::length(all.answer_ms_mean), format!("waited {}, longest {}", report::length(all.wait_ms_mean), report::length(all.longest_wait_ms))) }
                { figure("Handling, mean", report::length(all.handle_ms_mean), format!("{} wrap-up", report::length(all.wrap_up_ms_mean))) }
                { figure("Came back", returned.to_string(), format!("of {} disconnected", all.disconnects)) }
                { figure("Places kept", report::length(Some(all.hold_saved_ms)), format!("{} in vain", report::length(Some(all.hold_wasted_ms)))) }
            </dl>
            <Chart summary={Rc::clone(summary)} period={asked.period} {zone} />
            { ways_back(all) }
            { groups(summary, asked, names, ask) }
        </>
    }
}

/// How customers came back.
fn ways_back(all: &Figures) -> Html {
    let ways = &all.returns;
    let way = |word: &'static str, count: u64| html! { <div><dt>{ word }</dt><dd class="clock">{ count }</dd></div> };
    html! {
        <section class="report" aria-labelledby="ways-title">
            <h2 class="report-title" id="ways-title">{ "How customers came back" }</h2>
            <dl class="report-list">
                { way("By themselves, in the same browser", ways.token) }
                { way("By a reconnect link", ways.link) }
                { way("By Continue at the prompt", ways.prompt) }
                { way("By signing in", ways.sign_in) }
                { way("From another site", ways.handover) }
            </dl>
        </section>
    }
}

fn groups(summary: &Summary, asked: &Asked, names: &Names, ask: &Callback<Asked>) -> Html {
    let bys = By::ALL.iter().map(|by| {
        let wanted = Asked { by: *by, ..asked.clone() };
        html! {
            <button type="button" class="chip" aria-pressed={(asked.by == *by).to_string()}
                onclick={ask.reform(move |_: MouseEvent| wanted.clone())}>{ "By " }{ by.name().to_lowercase() }</button>
        }
    });
    let rows = summary.groups.iter().map(|group| {
        let figures = &group.figures;
        html! {
            <tr key={group.id.clone()}>
                <th scope="row"><span class="cell-name">{ names.of(asked.by, &group.id) }</span></th>
                <td class="cell-figure clock">{ figures.incoming }</td><td class="cell-figure clock">{ figures.engaged }</td>
                <td class="cell-figure clock">{ figures.abandoned }</td>
                <td class="cell-figure clock">{ report::length(figures.answer_ms_mean) }</td>
                <td class="cell-figure clock">{ report::length(figures.longest_wait_ms) }</td>
                <td class="cell-figure clock">{ report::length(figures.handle_ms_mean) }</td>
                <td class="cell-figure clock">{ figures.transfers }</td><td class="cell-figure clock">{ figures.offered }</td>
                <td class="cell-figure clock">{ figures.declined }</td>
                <td class="cell-figure clock">{ figures.missed }</td><td class="cell-figure clock">{ figures.disconnects }</td>
                <td class="cell-figure clock">{ report::returned(figures) }</td>
            </tr>
        }
    });
    const HEADS: [&str; 12] = [
        "Incoming",
        "Answered",
        "Abandoned",
        "First answer",
        "Longest wait",
        "Handling",
        "Transfers",
        "Offered",
        "Declined",
        "Missed",
        "Disconnected",
        "Came back",
    ];
    html! {
        <section class="report" aria-labelledby="groups-title">
            <h2 class="report-title" id="groups-title">{ "By " }{ asked.by.name().to_lowercase() }</h2>
            <div class="filters" role="group" aria-label="Grouped">{ for bys }</div>
            <div class="page-table">
                <table class="table" aria-labelledby="groups-title">
                    <thead><tr>
                        <th scope="col">{ asked.by.name() }</th>
                        { for HEADS.iter().map(|head| html! { <th scope="col" class="cell-figure">{ *head }</th> }) }
                    </tr></thead>
                    <tbody>{ for rows }</tbody>
                </table>
                if summary.groups.is_empty() { <p class="table-empty">{ "Nothing was in this time." }</p> }
            </div>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn figures_chart_and_tables_say_the_same() {
        let html = snapshot::html(html! { <Reports preset={canned::report()} /> }).await;
        assert!(html.contains("of 52 disconnected") && html.contains("Incoming"), "{html}");
        assert!(html.contains("role=\"img\"") && html.contains("The same as a table"), "{html}");
        assert!(html.contains("delivery") && html.contains("conversations.csv"), "{html}");
    }
}
