//! Tokens of the API: each acts for whoever made it, and is shown once.

use std::rc::Rc;

use model::ApiTokenId;
use serde::Serialize;
use wire::api::{MadeToken, People, Scope, Token, Tokens};
use yew::prelude::*;

use super::editing::{Outcome, use_doing, use_editing};
use super::loaded::use_source;
use crate::http;
use crate::ui::confirm::Confirm;
use crate::ui::form::{Field, refused_besides};
use crate::ui::shown_once::ShownOnce;
use crate::ui::ticking::{Stamp, When};

const PATH: &str = "/api/tokens";
const SCOPES: [(Scope, &str, &str); 3] =
    [(Scope::Read, "read", "Read"), (Scope::Act, "act", "Do what an agent does"), (Scope::Admin, "admin", "Configure")];

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<Tokens>>,
    /// Names, likewise.
    #[prop_or_default]
    pub(super) people: Option<Rc<People>>,
    /// What is written at first: for the gallery.
    #[prop_or_default]
    pub(super) draft: Option<Draft>,
}

/// A new one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) scope: String,
}

/// The page.
#[component]
pub(super) fn TokensPage(props: &Props) -> Html {
    let source = use_source::<Tokens>(PATH.into(), props.preset.clone());
    let people = use_source::<People>("/api/people".into(), props.people.clone());
    let editing = use_editing(props.draft.clone());
    let made = use_state_eq(|| None::<MadeToken>);
    let revoking = use_state_eq(|| None::<Token>);
    let doing = use_doing();
    let onsubmit = {
        let (reload, made) = (source.reload(), made.clone());
        editing.save(move |draft: Draft| {
            let (reload, made) = (reload.clone(), made.clone());
            Box::pin(async move {
                let token = http::send::<MadeToken>("POST", PATH, &draft).await?;
                made.set(Some(token));
                reload.emit(());
                Ok(())
            }) as Outcome
        })
    };
    let on_answer = |id: ApiTokenId| {
        let (revoking, doing, reload) = (revoking.clone(), doing.clone(), source.reload());
        Callback::from(move |yes: bool| {
            revoking.set(None);
            if yes {
                let reload = reload.clone();
                doing.run(Box::pin(
                    async move { http::delete(&format!("{PATH}/{id}")).await.map(|()| reload.emit(())) },
                ));
            }
        })
    };
    let put_away = {
        let made = made.clone();
        move |()| made.set(None)
    };
    let new = Draft { scope: "read".to_owned(), ..Draft::default() };
    html! {
        <>
            <div class="page-head">
                <h1 class="page-title" tabindex="-1">{ "API tokens" }</h1>
                <button type="button" class="button" data-kind="primary" disabled={editing.draft().is_some()} onclick={editing.begin(new)}>{ "New token" }</button>
            </div>
            <p class="page-hint">{ "For programs. A token acts for the person who made it, loses what they lose, and ends with their account." }</p>
            { doing.refused() }
            if let Some(draft) = editing.draft() {
                { form(draft, &editing, onsubmit) }
            }
            { source.or_waiting(|all| table(all, people.here().as_deref(), &|token| {
                let revoking = revoking.clone();
                Callback::from(move |_: MouseEvent| revoking.set(Some(token.clone())))
            })) }
            if let Some(token) = &*revoking {
                <Confirm title={format!("Revoke “{}”?", token.title)} consequence="Whatever uses it is refused from now on. It can't be brought back."
                    yes="Revoke" on_answer={on_answer(token.id)} />
            }
            if let Some(made) = &*made {
                <ShownOnce title={format!("The token “{}”", made.token.title)} label="The token" value={made.secret.clone()}
                    text="It goes after “Authorization: Bearer”. It is shown this once: the relay keeps no more than a hash of it." on_close={put_away} />
            }
        </>
    }
}

fn form(draft: &Draft, editing: &super::editing::Editing<Draft>, onsubmit: Callback<SubmitEvent>) -> Html {
    let refused = editing.refused();
    let set = |set: fn(&mut Draft, String)| {
        let editing = editing.clone();
        move |value: String| editing.change(|draft| set(draft, value))
    };
    let scopes: Vec<(String, String)> =
        SCOPES.iter().map(|(_, key, word)| ((*key).to_owned(), (*word).to_owned())).collect();
    html! {
        <form class="form" aria-label="Token" {onsubmit}>
            { refused_besides(refused, &["title", "scope"]) }
            <div class="form-pair">
                { Field::new("title", "What it is for", "", refused).line("text", &draft.title, set(|draft, value| draft.title = value)) }
                { Field::new("scope", "It may", "Each includes those before it.", refused).choice(&scopes, &draft.scope, set(|draft, value| draft.scope = value)) }
            </div>
            { editing.buttons(None) }
        </form>
    }
}

fn table(all: &Tokens, people: Option<&People>, revoke: &dyn Fn(Token) -> Callback<MouseEvent>) -> Html {
    let name = |token: &Token| {
        let found = people.into_iter().flat_map(|all| &all.people).find(|one| one.id == token.agent);
        found.map_or_else(|| token.agent.to_string(), |one| one.display_name.as_str().to_owned())
    };
    let scope = |scope| SCOPES.iter().find(|(one, ..)| *one == scope).map_or("", |(.., word)| *word);
    let rows = all.tokens.iter().map(|token| {
        html! {
            <tr key={token.id.to_string()}>
                <th scope="row"><span class="cell-name">{ &token.title }</span></th>
                <td>{ scope(token.scope) }</td>
                <td>{ name(token) }</td>
                <td><Stamp at={token.made_at} /></td>
                <td>if let Some(at) = token.used_at { <When {at} /> } else { { "never" } }</td>
                <td class="cell-actions">
                    <button type="button" class="button cell-action" aria-label={format!("Revoke {}", token.title)}
                        onclick={revoke(token.clone())}>{ "Revoke" }</button>
                </td>
            </tr>
        }
    });
    html! {
        <div class="page-table">
            <table class="table" aria-label="API tokens">
                <thead><tr>
                    <th scope="col">{ "For" }</th><th scope="col">{ "May" }</th><th scope="col">{ "Acts for" }</th><th scope="col">{ "Made" }</th>
                    <th scope="col">{ "Used" }</th><th scope="col"><span class="unseen">{ "Actions" }</span></th>
                </tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            if all.tokens.is_empty() { <p class="table-empty">{ "Tokens appear here once one was made." }</p> }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use model::{AgentId, Timestamp};

    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn a_token_says_for_whom_it_acts_and_no_secret() {
        let token = Token {
            id: ApiTokenId::from_u128(1),
            agent: AgentId::from_u128(102),
            title: "Nightly report".to_owned(),
            scope: Scope::Act,
            made_at: Timestamp(0),
            used_at: None,
        };
        let html = snapshot::html(html! {
            <TokensPage preset={Some(Rc::new(Tokens { tokens: vec![token] }))} people={Some(Rc::new(canned::people()))} />
        })
        .await;
        assert!(html.contains("Lena Vogt") && html.contains("Do what an agent does"), "{html}");
        assert!(html.contains("never") && html.contains("Revoke Nightly report"), "{html}");
    }
}
