//! Components that the widget and the console share. One per file, functions of their props.
//!
//! Their look is in `css/shared.css`; colors, type and space are in `css/tokens.css`.

mod avatar;
mod banner;
mod icon;
mod typing;

pub use avatar::{Avatar, Dot, initials};
pub use banner::{Banner, Tone};
pub use icon::{Glyph, Icon, Mark};
pub use typing::TypingDots;
