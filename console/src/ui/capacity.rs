//! Capacity as units with words: used filled, held hatched, offered outlined, free empty.

use model::Units;
use wire::{LedgerCause, LedgerLine};
use yew::prelude::*;

const WIDTH: i32 = 84;
const GAP: i32 = 3;
/// More units than this are drawn as one bar.
const CELLS_MAX: i32 = 8;

/// What the meter needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// All units.
    pub capacity: Units,
    /// What takes them.
    pub ledger: Vec<LedgerLine>,
}

/// Units by cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sums {
    capacity: i32,
    used: i32,
    held: i32,
    offered: i32,
}

impl Sums {
    fn of(capacity: Units, ledger: &[LedgerLine]) -> Self {
        let sum = |wanted: fn(LedgerCause) -> bool| {
            ledger.iter().filter(|line| wanted(line.cause)).map(|line| line.units).sum::<Units>().0
        };
        Self {
            capacity: capacity.0,
            used: sum(|cause| matches!(cause, LedgerCause::Active | LedgerCause::WrapUp | LedgerCause::Override)),
            held: sum(|cause| cause == LedgerCause::Hold),
            offered: sum(|cause| matches!(cause, LedgerCause::Offer | LedgerCause::Transfer)),
        }
    }

    const fn taken(self) -> i32 {
        self.used + self.held + self.offered
    }

    /// "3 of 4 · 1 held".
    fn words(self) -> String {
        let mut words = format!("{} of {}", self.taken(), self.capacity);
        let over = self.taken() - self.capacity;
        for (count, word) in [(self.held, "held"), (self.offered, "offered"), (over, "over")] {
            if count > 0 {
                words.push_str(&format!(" · {count} {word}"));
            }
        }
        words
    }

    /// Runs of the bar: kind, from, to, in units.
    fn runs(self) -> Vec<(&'static str, i32, i32)> {
        let mut runs = Vec::new();
        let mut at = 0;
        for (kind, count) in [
            ("used", self.used),
            ("held", self.held),
            ("offered", self.offered),
            ("free", (self.capacity - self.taken()).max(0)),
        ] {
            if count > 0 {
                runs.push((kind, at, at + count));
                at += count;
            }
        }
        runs
    }
}

/// Where a unit begins, in pixels of the meter.
fn x(unit: i32, total: i32) -> i32 {
    unit * (WIDTH + GAP) / total.max(1)
}

fn cell(kind: &'static str, from: i32, to: i32, total: i32) -> Html {
    let (start, end) = (x(from, total), x(to, total) - GAP);
    html! {
        <rect class="capacity-cell" data-kind={kind} x={start.to_string()} y="0.5" width={(end - start).to_string()}
            height="7" rx="2.5" fill={(kind == "held").then_some("url(#held)")} />
    }
}

/// The meter.
#[component]
pub fn Capacity(props: &Props) -> Html {
    let sums = Sums::of(props.capacity, &props.ledger);
    let total = sums.capacity.max(sums.taken());
    let runs = sums.runs().into_iter().flat_map(|(kind, from, to)| {
        let step = if total <= CELLS_MAX { 1 } else { to - from };
        (from..to).step_by(usize::try_from(step).unwrap_or(1)).map(move |at| cell(kind, at, at + step, total))
    });
    let words = sums.words();
    html! {
        <div class="capacity" role="meter" aria-label="Capacity" aria-valuemin="0" aria-valuemax={total.to_string()}
            aria-valuenow={sums.taken().to_string()} aria-valuetext={format!("{words} units")}>
            <span class="capacity-label" aria-hidden="true">{ "Capacity" }</span>
            <svg class="capacity-bar" viewBox={format!("0 0 {WIDTH} 8")} width={WIDTH.to_string()} height="8" aria-hidden="true">
                <defs>
                    <pattern id="held" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                        <rect class="capacity-hatch-ground" width="4" height="4" />
                        <rect class="capacity-hatch" width="2.2" height="4" />
                    </pattern>
                </defs>
                { for runs }
            </svg>
            <span class="capacity-words clock" aria-hidden="true">{ words }</span>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use model::ConversationId;

    use super::*;

    fn line(units: i32, cause: LedgerCause) -> LedgerLine {
        LedgerLine { conversation: ConversationId::from_u128(1), units: Units(units), cause, until: None }
    }

    #[test]
    fn words_name_what_is_not_plain_use() {
        let ledger = [line(1, LedgerCause::Active), line(1, LedgerCause::WrapUp), line(1, LedgerCause::Hold)];
        assert_eq!(Sums::of(Units(4), &ledger).words(), "3 of 4 · 1 held");
        assert_eq!(Sums::of(Units(4), &[]).words(), "0 of 4");
        let over = [line(3, LedgerCause::Active), line(2, LedgerCause::Offer)];
        assert_eq!(Sums::of(Units(4), &over).words(), "5 of 4 · 2 offered · 1 over");
    }

    #[test]
    fn the_runs_fill_the_bar_without_holes() {
        let ledger = [line(2, LedgerCause::Active), line(1, LedgerCause::Hold)];
        assert_eq!(Sums::of(Units(4), &ledger).runs(), [("used", 0, 2), ("held", 2, 3), ("free", 3, 4)]);
        assert_eq!(x(4, 4) - GAP, WIDTH);
    }
}
