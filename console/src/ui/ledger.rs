//! The ledger of my capacity: every unit has an owner, a cause and, where it is known, an end.

use model::ConversationId;
use wire::{LedgerCause, LedgerLine};
use yew::prelude::*;

use super::ticking::Until;
use crate::view::{Act, Model};
use crate::words;

/// What the ledger needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The ledger.
#[component]
pub fn Ledger(props: &Props) -> Html {
    let Some(desk) = props.model.desk.as_deref() else { return Html::default() };
    let free = desk.capacity - desk.ledger.iter().map(|line| line.units).sum();
    html! {
        <section class="panel" aria-labelledby="ledger-title">
            <h2 class="panel-title" id="ledger-title">{ "Your capacity" }</h2>
            if !desk.ledger.is_empty() {
                <ul class="ledger">
                    { for desk.ledger.iter().map(|line| row(line, &props.model, &props.act)) }
                </ul>
            }
            <p class="panel-empty clock">{ free_words(free.0) }</p>
        </section>
    }
}

fn free_words(free: i32) -> String {
    match free {
        1 => "1 unit free".to_owned(),
        0 => "No unit is free; you can still pick.".to_owned(),
        2.. => format!("{free} units free"),
        over => format!("{} over your capacity", -over),
    }
}

fn row(line: &LedgerLine, model: &Model, act: &Callback<Act>) -> Html {
    let id: ConversationId = line.conversation;
    let name = model.card(id).map_or_else(|| "A conversation".to_owned(), words::customer);
    let (word, tone) = match line.cause {
        LedgerCause::Offer => ("offered", None),
        LedgerCause::Active => ("active", None),
        LedgerCause::WrapUp => ("wrap-up", None),
        LedgerCause::Hold => ("held", Some("amber")),
        LedgerCause::Transfer => ("transfer", None),
        LedgerCause::Override => ("over capacity", Some("amber")),
    };
    html! {
        <li key={format!("{id}{word}")} class="ledger-line">
            <button type="button" class="ledger-name" title={name.clone()} onclick={act.reform(move |_| Act::Open(id))}>{ name }</button>
            <span class="clock ledger-cause" data-tone={tone}>
                { line.units.0 }{ " · " }{ word }
                if let Some(at) = line.until { { " " }<Until {at} /> }
            </span>
        </li>
    }
}
