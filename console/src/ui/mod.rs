//! The components: one per file, functions of their props. They report [`crate::view::Act`]s and keep nothing but what
//! concerns the eye: which menu is open, which tab is in front.

pub mod account_menu;
pub mod away_banner;
pub mod capacity;
pub mod closed_list;
pub mod command;
pub mod composer;
pub mod confirm;
pub mod conversation;
pub mod customer_facts;
pub mod desk;
pub mod details;
pub mod empty;
pub mod form;
pub mod head;
pub mod hooks;
pub mod invitations;
pub mod keys;
pub mod keys_help;
pub mod ledger;
pub mod link_banner;
pub mod lists;
pub mod log;
pub mod menu;
pub mod message;
pub mod mine_list;
pub mod notes;
pub mod notices;
pub mod offers;
pub mod open_list;
pub mod parts;
pub mod picker;
pub mod presence_menu;
pub mod question;
pub mod reports;
pub mod row;
pub mod settings;
pub mod shown_once;
pub mod side_list;
pub mod sign_in;
#[cfg(test)]
pub(crate) mod snapshot;
pub mod supervise;
pub mod switch;
pub mod taken_link;
pub mod ticking;
pub mod timeline;
pub mod top_bar;
pub mod workspace;

pub use hooks::{focus_first, use_window_event};
pub use presence_menu::PRESENCES;
pub use question::Question;
pub use sign_in::{SignIn, SignInState, SignInTry};
pub use ticking::ClockProvider;
pub use top_bar::Menu;
pub use workspace::{Front, Preferences, Workspace};
