//! A person as initials in a circle, with a dot that says whether they are there.

use yew::prelude::*;

/// What the dot says; words elsewhere say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dot {
    /// Connected.
    Here,
    /// Perhaps away.
    Away,
    /// Gone.
    Gone,
}

impl Dot {
    const fn name(self) -> &'static str {
        match self {
            Self::Here => "here",
            Self::Away => "away",
            Self::Gone => "gone",
        }
    }
}

/// The first letters of the first and the last word. The style sheet makes them upper case: that needs no tables here.
#[must_use]
pub fn initials(name: &str) -> String {
    // One pass over the letters: the library's walk over words from both ends is larger than all of this.
    let (mut first, mut last, mut begins) = (None, None, true);
    for letter in name.chars() {
        let is_space = letter.is_whitespace();
        if begins && !is_space {
            *(if first.is_none() { &mut first } else { &mut last }) = Some(letter);
        }
        begins = is_space;
    }
    first.into_iter().chain(last).collect()
}

/// What an avatar needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The person's name; the mark stands in for nobody.
    pub name: Option<AttrValue>,
    /// Whether they are there, where that is known.
    pub dot: Option<Dot>,
    /// Twice as large.
    #[prop_or_default]
    pub large: bool,
}

/// An avatar. It is decoration beside the name.
#[component]
pub fn Avatar(props: &Props) -> Html {
    avatar(props.name.as_ref(), props.dot, props.large)
}

/// An avatar, without the cost of a component.
pub fn avatar(name: Option<&AttrValue>, dot: Option<Dot>, large: bool) -> Html {
    html! {
        <span class="avatar" aria-hidden="true" data-size={large.then_some("large")} data-dot={dot.map(Dot::name)}>
            { name.map_or_else(super::mark, |name| html! { { initials(name) } }) }
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, letters) in
            [("Ravi Kumar", "RK"), ("Sofia", "S"), ("ana maria de sá", "as"), ("", ""), ("李 雷", "李雷")]
        {
            assert_eq!(initials(name), letters);
        }
    }
}
