//! What supervisors may do: four rights that an admin switches on one by one (product 7).

use std::rc::Rc;

use model::Role;
use wire::api::{Supervision, SupervisionChange};
use yew::prelude::*;

use super::editing::{Outcome, use_doing};
use super::loaded::use_source;
use crate::http;
use crate::ui::switch::switch_line;

const PATH: &str = "/api/supervision";

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What the reader may do.
    pub(super) role: Role,
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<Supervision>>,
}

/// A right: its key on the page, its name, what it lets do, and where it is.
type Right = (&'static str, &'static str, &'static str, fn(&mut SupervisionChange) -> &mut bool);

const RIGHTS: [Right; 4] = [
    ("monitor", "Monitor", "Read along in conversations that an agent has or had a moment ago, and join.", |all| {
        &mut all.monitor
    }),
    (
        "assign",
        "Assign",
        "Give waiting conversations to an agent or a queue, whatever the presence and the free units.",
        |all| &mut all.assign,
    ),
    ("transfer", "Transfer", "Give conversations to another agent.", |all| &mut all.transfer),
    ("force-close", "Close by force", "Close any conversation at once.", |all| &mut all.force_close),
];

/// The page.
#[component]
pub(super) fn RightsPage(props: &Props) -> Html {
    let source = use_source::<Supervision>(PATH.into(), props.preset.clone());
    let doing = use_doing();
    let is_admin = props.role == Role::Admin;
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "Supervisors’ rights" }</h1>
            <p class="page-hint">
                { "They hold for supervisors and admins alike. What is off nobody does. A switch works at once, and ends what is no longer allowed." }
            </p>
            { doing.refused() }
            { source.or_waiting(|now| {
                let Supervision { declared_in_file, monitor, assign, transfer, force_close } = **now;
                let set = SupervisionChange { monitor, assign, transfer, force_close };
                let disabled = declared_in_file || !is_admin || doing.is_busy();
                html! {
                    <>
                        if declared_in_file { <p class="page-hint">{ "Declared in the settings file, so it is changed there." }</p> }
                        <div class="switches">
                            { for RIGHTS.iter().map(|(id, word, meaning, at)| {
                                let mut new = set;
                                let on = *at(&mut new);
                                *at(&mut new) = !on;
                                let (doing, reload) = (doing.clone(), source.reload());
                                switch_line(id, word, meaning, on, disabled, Callback::from(move |_: MouseEvent| {
                                    let reload = reload.clone();
                                    doing.run(Box::pin(async move {
                                        http::send::<Supervision>("PUT", PATH, &new).await.map(|_| reload.emit(()))
                                    }) as Outcome);
                                }))
                            }) }
                        </div>
                    </>
                }
            }) }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn what_the_file_declares_can_only_be_read() {
        let page = async |declared_in_file, role| {
            let rights =
                Supervision { declared_in_file, monitor: true, assign: false, transfer: false, force_close: false };
            snapshot::html(html! { <RightsPage {role} preset={Some(Rc::new(rights))} /> }).await
        };
        let html = page(false, Role::Admin).await;
        assert!(!html.contains("disabled") && html.matches("aria-checked=\"true\"").count() == 1, "{html}");
        assert_eq!(
            page(true, Role::Admin).await.matches("disabled").count(),
            8,
            "the attribute with its value, four times"
        );
        assert!(page(false, Role::Supervisor).await.contains("disabled"));
    }
}
