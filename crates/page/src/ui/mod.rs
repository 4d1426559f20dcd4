//! Components that the widget and the console share. One per file, functions of their props.
//!
//! Every component is a plain function of the same name in small letters too: a component type of its own costs the widget a
//! kilobyte and more, a function next to nothing.
//!
//! Their look is in `css/shared.css`; colors, type and space are in `css/tokens.css`.

mod avatar;
mod banner;
mod icon;
mod typing;

pub use avatar::{Avatar, Dot, avatar, initials};
pub use banner::{Banner, Props as BannerProps, Tone, banner};
pub use icon::{Glyph, Icon, Mark, icon, mark};
pub use typing::{TypingDots, typing_dots};

use yew::AttrValue;
use yew::virtual_dom::{VNode, VText};

/// A text among other children. Written there as `{ &text }` it would go through `Display`, and bring all of `core::fmt`.
pub fn text(text: &AttrValue) -> VNode {
    VText::new(text.clone()).into()
}
