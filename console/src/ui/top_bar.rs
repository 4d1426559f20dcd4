//! The top bar: where one is, how full one is, what one is available for, who one is.

use yew::prelude::*;

use super::account_menu::AccountMenu;
use super::capacity::Capacity;
use super::presence_menu::PresenceMenu;
use super::workspace::Preferences;
use crate::route::{Route, Section};
use crate::view::{Act, Model};
use page::ui::Mark;

/// What the bar needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// What this browser was asked to do.
    pub preferences: Preferences,
    /// Which menu opens at once: for the gallery.
    #[prop_or_default]
    pub menu: Option<Menu>,
    /// Shows the keys.
    pub on_keys: Callback<()>,
    /// Wants to sign out.
    pub on_sign_out: Callback<()>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// A menu of the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Presence.
    Presence,
    /// Account.
    Account,
}

/// The bar.
#[component]
pub fn TopBar(props: &Props) -> Html {
    let Props { model, preferences, menu, on_keys, on_sign_out, act } = props.clone();
    let choosing = model.asking.iter().any(|request| matches!(request, wire::Request::SetPresence { .. }));
    html! {
        <header class="top-bar">
            <a class="brand" href="#" aria-label="Rejoin, desk"><Mark /><span>{ "Rejoin" }</span></a>
            <nav class="sections" aria-label="Sections">
                { for Section::of(model.me.role).iter().filter(|section| is_there(**section, &model)).map(|section| link(*section, &model)) }
            </nav>
            <div class="top-bar-end">
                if let Some(desk) = model.desk.as_deref() {
                    <Capacity capacity={desk.capacity} ledger={desk.ledger.clone()} />
                    <PresenceMenu presence={desk.presence} chosen={desk.chosen} presences={model.presences.clone()} me={model.me.agent} busy={choosing}
                        open={menu == Some(Menu::Presence)} act={act.clone()} />
                }
                <AccountMenu me={model.me} {preferences} open={menu == Some(Menu::Account)} {on_keys}
                    {on_sign_out} {act} />
            </div>
        </header>
    }
}

/// Oversight is there as soon as the relay says that it is.
fn is_there(section: Section, model: &Model) -> bool {
    section != Section::Supervise || model.staff.as_deref().is_some_and(|staff| staff.oversees)
}

/// A part of the console. The desk comes back as it was left.
fn link(section: Section, model: &Model) -> Html {
    let target = if section == Section::Desk { Route::Desk(model.desk_at) } else { section.start() };
    let here = model.route.section() == section;
    html! {
        <a class="section" href={["#", &target.fragment()].concat()} aria-current={here.then_some("page")}>{ section.name() }</a>
    }
}
