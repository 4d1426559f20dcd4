//! The browser, as the widget and the console need it.
//!
//! Adapters, each as small as it can be: [`clock`], [`random`], [`storage`], [`socket`], [`timer`], [`clipboard`], [`lifecycle`], [`host`]
//! (messages to and from the embed script), [`intl`], [`sound`], [`download`]. [`driver`] runs a machine of rules from `client` on top of them.
//! [`ui`] holds the components and `css/` the design tokens that both pages share.
//!
//! Nothing here decides anything; decisions are in `client`, where a test can reach them.

pub mod base64;
pub mod clipboard;
pub mod clock;
pub mod color;
pub mod download;
pub mod driver;
pub mod host;
pub mod intl;
pub mod lifecycle;
pub mod random;
pub mod socket;
pub mod sound;
pub mod storage;
pub mod timer;
pub mod ui;

/// The window; the pages of Rejoin always have one.
///
/// # Panics
/// Outside of a browser's page.
#[must_use]
pub fn window() -> web_sys::Window {
    web_sys::window().expect("invariant: runs in a page")
}

/// The document of the window.
///
/// # Panics
/// Outside of a browser's page.
#[must_use]
pub fn document() -> web_sys::Document {
    window().document().expect("invariant: a page has a document")
}
