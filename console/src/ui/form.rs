//! What forms are made of: fields with a label, a hint and the mistake that the relay found in them.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::http::NotDone;

/// One field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// The member of the body that it is, and its id on the page.
    pub member: &'a str,
    /// Its label.
    pub label: &'a str,
    /// What to know of it, if anything.
    pub hint: &'a str,
    /// What stands in an empty line: what counts then.
    pub empty: &'static str,
    /// What was refused lately.
    pub refused: Option<&'a NotDone>,
}

/// A box with its words beside it, where there is no room for a field of its own.
pub fn toggle_box(words: &'static str, on: bool, put: impl Fn(bool) + 'static) -> Html {
    let onchange = move |event: Event| put(event.target_unchecked_into::<HtmlInputElement>().checked());
    html! { <label class="form-box"><input type="checkbox" checked={on} {onchange} />{ words }</label> }
}

impl<'a> Field<'a> {
    fn mistake(&self) -> Option<String> {
        self.refused.and_then(|refused| mistake_of(refused.mistakes(), self.member))
    }

    /// The label, what is between, the hint and the mistake.
    fn around(&self, inside: Html) -> Html {
        let mistake = self.mistake();
        html! {
            <div class="form-field">
                <label class="form-label" for={id(self.member)}>{ self.label }</label>
                { inside }
                if !self.hint.is_empty() { <p class="form-hint" id={hint_id(self.member)}>{ self.hint }</p> }
                if let Some(mistake) = mistake { <p class="form-mistake" id={mistake_id(self.member)}>{ mistake }</p> }
            </div>
        }
    }

    /// What assistive technology reads with it.
    fn described(&self) -> Option<String> {
        let hint = (!self.hint.is_empty()).then(|| hint_id(self.member));
        let mistake = self.mistake().map(|_| mistake_id(self.member));
        let all: Vec<String> = mistake.into_iter().chain(hint).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    /// A plain one.
    #[must_use]
    pub const fn new(member: &'a str, label: &'a str, hint: &'a str, refused: Option<&'a NotDone>) -> Self {
        Self { member, label, hint, empty: "", refused }
    }

    /// A line of text; `kind` is that of the input.
    pub fn line(&self, kind: &'static str, value: &str, oninput: impl Fn(String) + 'static) -> Html {
        let oninput = move |event: InputEvent| oninput(event.target_unchecked_into::<HtmlInputElement>().value());
        let autocomplete = if kind == "password" { "new-password" } else { "off" };
        self.around(html! {
            <input class="input" id={id(self.member)} type={kind} value={value.to_owned()} placeholder={self.placeholder()} {autocomplete} spellcheck="false"
                aria-invalid={self.mistake().map(|_| "true")} aria-describedby={self.described()} {oninput} />
        })
    }

    fn placeholder(&self) -> Option<&'static str> {
        Some(self.empty).filter(|empty| !empty.is_empty())
    }

    /// Several lines of text.
    pub fn text(&self, value: &str, oninput: impl Fn(String) + 'static) -> Html {
        let oninput = move |event: InputEvent| oninput(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        self.around(html! {
            <textarea class="input form-text" id={id(self.member)} rows="4" value={value.to_owned()} placeholder={self.placeholder()} dir="auto"
                aria-invalid={self.mistake().map(|_| "true")} aria-describedby={self.described()} {oninput} />
        })
    }

    /// One of a few.
    pub fn choice(&self, options: &[(String, String)], chosen: &str, onchange: impl Fn(String) + 'static) -> Html {
        let onchange = move |event: Event| {
            let select = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
            if let Some(select) = select {
                onchange(select.value());
            }
        };
        self.around(html! {
            <select class="input" id={id(self.member)} aria-invalid={self.mistake().map(|_| "true")}
                aria-describedby={self.described()} {onchange}>
                { for options.iter().map(|(value, word)| html! {
                    <option value={value.clone()} selected={value == chosen}>{ word }</option>
                }) }
            </select>
        })
    }

    /// Yes or no.
    pub fn yes(&self, on: bool, onchange: impl Fn(bool) + 'static) -> Html {
        let mistake = self.mistake();
        html! {
            <div class="form-field">
                <label class="form-box" for={id(self.member)}>
                    <input id={id(self.member)} type="checkbox" checked={on} aria-describedby={self.described()} onchange={move |_: Event| onchange(!on)} />
                    { self.label }
                </label>
                if !self.hint.is_empty() { <p class="form-hint" id={hint_id(self.member)}>{ self.hint }</p> }
                if let Some(mistake) = mistake { <p class="form-mistake" id={mistake_id(self.member)}>{ mistake }</p> }
            </div>
        }
    }

    /// Any of a few.
    pub fn boxes(&self, options: &[(String, String)], chosen: &[String], on_toggle: &Callback<String>) -> Html {
        let mistake = self.mistake();
        html! {
            <fieldset class="form-field form-boxes" aria-describedby={self.described()}>
                <legend class="form-label">{ self.label }</legend>
                { for options.iter().map(|(value, word)| {
                    let key = value.clone();
                    html! {
                        <label class="form-box">
                            <input type="checkbox" checked={chosen.contains(value)} onchange={on_toggle.reform(move |_: Event| key.clone())} />
                            { word }
                        </label>
                    }
                }) }
                if options.is_empty() { <p class="form-hint">{ "There are none." }</p> }
                if !self.hint.is_empty() { <p class="form-hint" id={hint_id(self.member)}>{ self.hint }</p> }
                if let Some(mistake) = mistake { <p class="form-mistake" id={mistake_id(self.member)}>{ mistake }</p> }
            </fieldset>
        }
    }
}

fn id(member: &str) -> String {
    format!("field-{member}")
}

fn hint_id(member: &str) -> String {
    format!("hint-{member}")
}

fn mistake_id(member: &str) -> String {
    format!("mistake-{member}")
}

/// The mistake of one member, as a sentence of its own: "capacity: must be 0 to 1000." becomes "Must be 0 to 1000.".
#[must_use]
pub fn mistake_of(mistakes: &[String], member: &str) -> Option<String> {
    let text = mistakes.iter().find_map(|mistake| mistake.strip_prefix(member)?.strip_prefix(": "))?;
    let mut letters = text.chars();
    Some(letters.next()?.to_uppercase().chain(letters).collect())
}

/// What was refused, where no field says it: the sentence, or the mistakes of members that the form has no field for. A member that is a
/// list says the mistakes of its elements, too.
pub fn refused_besides(refused: Option<&NotDone>, members: &[&str]) -> Html {
    let Some(refused) = refused else { return Html::default() };
    let said_by = |mistake: &str, member: &str| {
        mistake.strip_prefix(member).is_some_and(|rest| rest.starts_with(": ") || rest.starts_with('['))
    };
    let is_said = |mistake: &&String| members.iter().any(|member| said_by(mistake, member));
    let mistakes = refused.mistakes();
    let rest: Vec<&String> = mistakes.iter().filter(|mistake| !is_said(mistake)).collect();
    let text = match (mistakes.is_empty(), rest.is_empty()) {
        (true, _) => refused.sentence(),
        (false, true) => "Some values can't be taken; each says why.".to_owned(),
        (false, false) => rest.into_iter().cloned().collect::<Vec<_>>().join(" "),
    };
    html! { <p class="form-refused" role="alert">{ text }</p> }
}

/// Puts a member of a list in, or takes it out.
pub fn toggle(list: &mut Vec<String>, value: String) {
    let before = list.len();
    list.retain(|one| *one != value);
    if list.len() == before {
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use wire::api::Problem;

    use super::*;
    use crate::ui::snapshot;

    fn refused(mistakes: &[&str]) -> NotDone {
        NotDone::Refused(Problem {
            kind: "/problems/invalid-values".to_owned(),
            title: "Some values can't be taken; see the mistakes.".to_owned(),
            status: 422,
            mistakes: mistakes.iter().map(|text| (*text).to_owned()).collect(),
        })
    }

    #[test]
    fn a_mistake_stands_with_its_field_and_only_there() {
        let mistakes = ["capacity: must be 0 to 1000.".to_owned(), "name: is missing.".to_owned()];
        assert_eq!(mistake_of(&mistakes, "capacity").as_deref(), Some("Must be 0 to 1000."));
        assert_eq!(mistake_of(&mistakes, "cap"), None);
    }

    #[tokio::test]
    async fn a_refused_field_is_marked_and_described() {
        let refused = refused(&["slug: is missing.", "color: is unknown."]);
        let field = Field::new("slug", "Short name", "Typed after /q.", Some(&refused));
        insta::assert_snapshot!(snapshot::html(field.line("text", "", |_| ())).await, @r#"
        <div class="form-field">
        <label for="field-slug" class="form-label">Short name</label>
        <input value="" id="field-slug" type="text" autocomplete="off" spellcheck="false" aria-invalid="true" aria-describedby="mistake-slug hint-slug" class="input">
        <p id="hint-slug" class="form-hint">Typed after /q.</p>
        <p id="mistake-slug" class="form-mistake">Is missing.</p>
        </div>
        "#);
        let besides = snapshot::html(refused_besides(Some(&refused), &["slug"])).await;
        assert!(besides.contains("color: is unknown.") && !besides.contains("slug"), "{besides}");
    }

    #[test]
    fn a_list_takes_and_gives_back() {
        let mut list = vec!["a".to_owned()];
        toggle(&mut list, "b".to_owned());
        toggle(&mut list, "a".to_owned());
        assert_eq!(list, ["b"]);
    }
}
