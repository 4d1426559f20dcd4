//! What the customer sees.
//!
//! [`chat`] runs the rules of `client::customer` in this page, [`show`] turns their state into a [`view`], [`parts`] draw it in
//! the [`words`] of the customer's language. [`gallery`] has a view for every state there is.

pub mod app;
pub mod chat;
pub mod gallery;
pub mod parts;
pub mod show;
pub mod start;
pub mod view;
pub mod words;
