//! What agents, supervisors and admins see: Yew compiled to Wasm.
//!
//! [`view`] says what the page shows and what can be done on it; [`ui`] draws it; [`clock`], [`words`], [`transcript`], [`route`],
//! [`floor`], [`report`], [`quick`] and [`steady`] are the pure parts of drawing. [`live`] joins `client::agent::Console` to it, and [`app`] is the root, which
//! also knows the sign-in.

pub mod app;
#[cfg(any(test, feature = "gallery"))]
pub mod canned;
pub mod clock;
pub mod floor;
#[cfg(feature = "gallery")]
pub mod gallery;
pub mod http;
mod live;
mod notify;
pub mod quick;
pub mod report;
pub mod route;
mod sound;
pub mod steady;
pub mod transcript;
pub mod transcript_text;
pub mod ui;
mod unsaved;
pub mod view;
pub mod words;
