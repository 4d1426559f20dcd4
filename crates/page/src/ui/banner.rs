//! A banner: an icon, a bold fact, a plain consequence, one action at the end.

use yew::prelude::*;

use super::{Glyph, icon, text};

/// How much a banner or note matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good to know.
    Plain,
    /// Waiting, away, reconnecting.
    Amber,
    /// Failed.
    Red,
}

impl Tone {
    /// Its name in style sheets: `data-tone`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// What a banner needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// How much it matters.
    pub tone: Tone,
    /// Its icon.
    pub glyph: Glyph,
    /// The fact.
    pub fact: AttrValue,
    /// What follows from it.
    #[prop_or_default]
    pub consequence: AttrValue,
    /// A clock that runs, kept out of what screen readers are told again and again.
    #[prop_or_default]
    pub clock: AttrValue,
    /// The way out: its words, and what it does.
    #[prop_or_default]
    pub action: Option<(AttrValue, Callback<()>)>,
}

/// A banner.
#[component]
pub fn Banner(props: &Props) -> Html {
    banner(props)
}

/// A banner, without the cost of a component.
pub fn banner(props: &Props) -> Html {
    html! {
        <div class="banner" data-tone={props.tone.name()}>
            { icon(props.glyph) }
            <p>
                <strong>{ &props.fact }</strong>
                if !props.consequence.is_empty() {
                    { " " }{ text(&props.consequence) }
                }
                if !props.clock.is_empty() {
                    { " " }<span class="clock">{ &props.clock }</span>
                }
            </p>
            if let Some((words, act)) = &props.action {
                <button type="button" class="link" onclick={act.reform(|_| ())}>{ words }</button>
            }
        </div>
    }
}
