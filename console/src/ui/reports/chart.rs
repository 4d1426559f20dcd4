//! Conversations over a time as bars, and the same as a table.

use std::rc::Rc;

use wire::api::Summary;
use yew::prelude::*;

use crate::clock::{Clock, Zone};
use crate::report::{self, Bar, Period};
use crate::ui::ticking::use_minute;

const WIDTH: u64 = 1_000;
const HEIGHT: u64 = 180;
/// About as many words under the bars as can be read.
const LABELS: usize = 8;

/// What the chart needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The report.
    pub(super) summary: Rc<Summary>,
    /// Its time.
    pub(super) period: Period,
    /// Whose days they are.
    pub(super) zone: Zone,
}

/// The chart.
#[component]
pub(super) fn Chart(props: &Props) -> Html {
    let Props { summary, period, zone } = props;
    let clock = Clock { zone: *zone, ..use_minute() };
    let by_hour = period.is_by_hour();
    let bars = report::bars(&summary.series, summary.from, summary.to, period.step(), clock);
    let most = bars.iter().map(|bar| bar.incoming).max().unwrap_or(0);
    let moment = |bar: &Bar| report::moment(clock, bar.at, by_hour);
    let highest = bars.iter().max_by_key(|bar| bar.incoming).filter(|bar| bar.incoming > 0);
    let said = match highest {
        Some(bar) => format!("Conversations over time, at most {} at {}", bar.incoming, moment(bar)),
        None => "No conversations in this time".to_owned(),
    };
    let count = bars.len().max(1);
    let every = count.div_ceil(LABELS);
    let labels = bars
        .iter()
        .enumerate()
        .filter(|(at, _)| at % every == 0)
        .map(|(_, bar)| html! { <span>{ moment(bar) }</span> });
    html! {
        <section class="report" aria-labelledby="chart-title">
            <h2 class="report-title" id="chart-title">{ "Conversations" }
                <span class="legend"><span class="legend-mark" data-kind="incoming" aria-hidden="true" />{ "answered or waiting" }
                    <span class="legend-mark" data-kind="abandoned" aria-hidden="true" />{ "abandoned" }</span>
            </h2>
            <div class="chart">
                <span class="chart-most clock" aria-hidden="true">{ most }</span>
                <svg class="chart-bars" viewBox={format!("0 0 {WIDTH} {HEIGHT}")} preserveAspectRatio="none" role="img" aria-label={said}>
                    { for bars.iter().enumerate().map(|(at, bar)| draw(bar, at, count, most)) }
                </svg>
                <div class="chart-labels clock" aria-hidden="true">{ for labels }</div>
            </div>
            <details class="chart-table">
                <summary>{ "The same as a table" }</summary>
                <div class="page-table">
                    <table class="table" aria-labelledby="chart-title">
                        <thead><tr><th scope="col">{ "From" }</th><th scope="col" class="cell-figure">{ "Incoming" }</th>
                            <th scope="col" class="cell-figure">{ "Abandoned" }</th></tr></thead>
                        <tbody>{ for bars.iter().filter(|bar| bar.incoming > 0).map(|bar| html! {
                            <tr><th scope="row">{ moment(bar) }</th><td class="cell-figure clock">{ bar.incoming }</td>
                                <td class="cell-figure clock">{ bar.abandoned }</td></tr>
                        }) }</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}

/// One bar: what was abandoned stands on top of the rest.
fn draw(bar: &Bar, at: usize, count: usize, most: u64) -> Html {
    let (at, count) = (at as u64, count as u64);
    let (x, next) = (at * WIDTH / count, (at + 1) * WIDTH / count);
    let width = (next - x).saturating_sub(if next - x > 6 { 3 } else { 1 }).max(1);
    let height = |part: u64| (part * HEIGHT).checked_div(most).unwrap_or(0);
    let (rest, abandoned) = (height(bar.incoming - bar.abandoned.min(bar.incoming)), height(bar.abandoned));
    let rect = |kind: &'static str, y: u64, height: u64| {
        html! {
            <rect class="chart-bar" data-kind={kind} x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()} />
        }
    };
    html! {
        <>
            if rest > 0 { { rect("incoming", HEIGHT - rest, rest) } }
            if abandoned > 0 { { rect("abandoned", HEIGHT - rest - abandoned, abandoned) } }
        </>
    }
}
