//! Chooses one of many by typing: a field with a list under it, as ARIA calls a combobox. The focus stays in the field; arrows move
//! the choice, Enter takes it, Esc goes back.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::hooks::focus;
use crate::quick::Terms;

/// The most choices that are drawn: whoever has more types another letter.
const SHOWN_MAX: usize = 60;

/// Something that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What tells it from the others.
    pub key: String,
    /// Its name.
    pub title: String,
    /// More about it, in a second line.
    pub second: String,
    /// A figure at the end of the row.
    pub end: String,
    /// The presence dot, as the style sheets call it.
    pub dot: Option<&'static str>,
    /// What else is searched.
    pub words: String,
    /// Its tags, searched by `#`.
    pub tags: Vec<String>,
    /// Whether it can't be chosen now; `second` says why.
    pub disabled: bool,
}

/// Choices of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choices {
    /// What they are.
    pub title: &'static str,
    /// The choices.
    pub choices: Vec<Choice>,
}

/// What the picker needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What is chosen.
    pub label: &'static str,
    /// What can be typed.
    pub placeholder: &'static str,
    /// What there is; `None` while it is on its way.
    pub groups: Option<Vec<Choices>>,
    /// What stands where there is nothing at all.
    pub empty: AttrValue,
    /// The choice that was made and still counts, where choosing does nothing yet.
    #[prop_or_default]
    pub chosen: Option<String>,
    /// It was chosen.
    pub on_choose: Callback<String>,
    /// Nothing was.
    pub on_close: Callback<()>,
}

/// The picker.
#[component]
pub fn Picker(props: &Props) -> Html {
    let Props { label, placeholder, groups, empty, chosen, on_choose, on_close } = props;
    let typed = use_state_eq(String::new);
    let active = use_state_eq(|| 0_usize);
    let field = use_node_ref();
    use_effect_with((), {
        let field = field.clone();
        move |()| focus(&field)
    });
    let found = groups.as_deref().map(|groups| found(groups, &typed));
    let flat: Vec<Choice> = found.iter().flatten().flat_map(|group| group.choices.clone()).collect();
    let at = (*active).min(flat.len().saturating_sub(1));
    use_effect_with((at, flat.len()), move |(at, _)| super::hooks::show(&format!("#choice-{at}")));
    let oninput = {
        let (typed, active) = (typed.clone(), active.clone());
        move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlInputElement>().value());
            active.set(0);
        }
    };
    let onkeydown = {
        let (flat, active, on_choose, on_close) = (flat.clone(), active, on_choose.clone(), on_close.clone());
        move |event: KeyboardEvent| {
            let last = flat.len().saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => active.set(if at >= last { 0 } else { at + 1 }),
                "ArrowUp" => active.set(if at == 0 { last } else { at - 1 }),
                "Enter" if !event.is_composing() => {
                    if let Some(choice) = flat.get(at).filter(|choice| !choice.disabled) {
                        on_choose.emit(choice.key.clone());
                    }
                }
                "Escape" => {
                    event.stop_propagation();
                    on_close.emit(());
                }
                _ => return,
            }
            event.prevent_default();
        }
    };
    let mut next = 0;
    html! {
        <div class="picker">
            <input ref={field} class="input picker-field" type="text" role="combobox" aria-label={*label} aria-expanded="true"
                aria-controls="picker-list" aria-autocomplete="list" autocomplete="off" spellcheck="false"
                aria-activedescendant={(!flat.is_empty()).then(|| format!("choice-{at}"))} placeholder={*placeholder}
                value={(*typed).clone()} {oninput} {onkeydown} />
            <div class="picker-list" id="picker-list" role="listbox" aria-label={*label} tabindex="-1">
                { match found {
                    None => html! { <p class="picker-empty" role="status">{ "Loading" }</p> },
                    Some(found) if flat.is_empty() => nothing(&found, &typed, empty),
                    Some(found) => found.into_iter().filter(|group| !group.choices.is_empty()).map(|group| {
                        let first = next;
                        next += group.choices.len();
                        draw_group(&group, first, at, chosen.as_deref(), on_choose)
                    }).collect(),
                } }
            </div>
        </div>
    }
}

fn nothing(found: &[Choices], typed: &str, empty: &AttrValue) -> Html {
    let text = if typed.trim().is_empty() && found.iter().all(|group| group.choices.is_empty()) {
        empty.clone()
    } else {
        AttrValue::from(format!("Nothing fits “{}”.", typed.trim()))
    };
    html! { <p class="picker-empty" role="status">{ text }</p> }
}

/// What fits, at most as much as anybody reads.
fn found(groups: &[Choices], typed: &str) -> Vec<Choices> {
    let terms = Terms::read(typed);
    let mut room = SHOWN_MAX;
    let fits =
        |choice: &&Choice| terms.fit(&[&choice.title, " ", &choice.second, " ", &choice.words].concat(), &choice.tags);
    let narrowed = groups.iter().map(|group| {
        let choices: Vec<Choice> = group.choices.iter().filter(fits).take(room).cloned().collect();
        room -= choices.len();
        Choices { title: group.title, choices }
    });
    narrowed.collect()
}

fn draw_group(group: &Choices, first: usize, at: usize, chosen: Option<&str>, on_choose: &Callback<String>) -> Html {
    let options = group.choices.iter().enumerate().map(|(index, choice)| {
        let (id, key, disabled) = (first + index, choice.key.clone(), choice.disabled);
        let pick = {
            let (on_choose, key) = (on_choose.clone(), key.clone());
            move |_: MouseEvent| {
                if !disabled {
                    on_choose.emit(key.clone());
                }
            }
        };
        // The field keeps the focus: a press only chooses.
        let onmousedown = |event: MouseEvent| event.prevent_default();
        html! {
            <div key={key.clone()} id={format!("choice-{id}")} class="choice" role="option" data-active={(id == at).then_some("")}
                aria-selected={(chosen == Some(key.as_str()) || chosen.is_none() && id == at).to_string()}
                aria-disabled={disabled.then_some("true")} onclick={pick} {onmousedown}>
                if let Some(dot) = choice.dot {
                    <span class="dot" data-presence={dot} aria-hidden="true" />
                }
                <span class="choice-text">
                    <span class="choice-title">{ &choice.title }</span>
                    if !choice.second.is_empty() {
                        <span class="choice-second">{ &choice.second }</span>
                    }
                </span>
                <span class="choice-end clock">{ &choice.end }</span>
            </div>
        }
    });
    html! {
        <div role="group" aria-label={group.title}>
            <p class="picker-group" aria-hidden="true">{ group.title }</p>
            { for options }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(title: &str, tags: &[&str]) -> Choice {
        Choice {
            key: title.to_owned(),
            title: title.to_owned(),
            second: String::new(),
            end: String::new(),
            dot: None,
            words: String::new(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            disabled: false,
        }
    }

    #[test]
    fn typing_narrows_each_group() {
        let groups = [
            Choices { title: "Shared", choices: vec![choice("Refund", &["billing"]), choice("Delivery", &[])] },
            Choices { title: "Mine", choices: vec![choice("Refund, friendly", &["billing"])] },
        ];
        let titles = |typed: &str| {
            let found = found(&groups, typed);
            found.into_iter().flat_map(|group| group.choices).map(|choice| choice.title).collect::<Vec<_>>()
        };
        assert_eq!(titles("refund"), ["Refund", "Refund, friendly"]);
        assert_eq!(titles("#bill friendly"), ["Refund, friendly"]);
        assert_eq!(titles(""), ["Refund", "Delivery", "Refund, friendly"]);
    }

    #[test]
    fn no_more_is_drawn_than_anybody_reads() {
        let many = (0..500).map(|number| choice(&format!("Reply {number}"), &[])).collect();
        let found = found(&[Choices { title: "Shared", choices: many }], "");
        assert_eq!(found[0].choices.len(), SHOWN_MAX);
    }
}
