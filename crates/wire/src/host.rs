//! Messages between the embed script on the host page and the widget in its iframe.
//!
//! They travel by `postMessage` as plain objects `{rejoin: 1, type: "<name>", …}`; both sides check `origin` and `source`.
//! The names are here so that the widget, the documentation test and www/rejoin.js say the same.

/// From the script to the iframe.
pub mod to_widget {
    /// The answer to `ready`: `token` (base64url or null), `open` (bool), `page` (string or null), `lang` (string),
    /// `storage` (bool: whether the host page can store), `accent` (the owner's `#rrggbb` or null), `focus` (bool: a person
    /// opened the panel, so the focus may enter), `arrival` (`link.` or `handover.` and the secret that the page was opened
    /// with, not yet answered; else null), `signIn` (bool: the page has a sign-in provider).
    pub const INIT: &str = "init";
    /// The panel was opened: `focus` (bool), as in `init`.
    pub const OPENED: &str = "opened";
    /// The panel was minimized.
    pub const MINIMIZED: &str = "minimized";
    /// The token that the host page now holds: `token` (base64url or null). The answer to `store`, and sent when another tab
    /// of the host site stored or removed one.
    pub const TOKEN: &str = "token";
    /// The page's provider answered `sign-in`, or its customer just signed in: `jwt` (string, or null where nobody is signed
    /// in), `failed` (bool: the provider threw, or took longer than 10 s).
    pub const SIGNED_IN: &str = "signed-in";
    /// The customer signed out of the host page: everything of their conversation leaves this browser.
    pub const SIGN_OUT: &str = "sign-out";
    /// What the page says about its customer, in place of what it said before: `context` (string: names and values in turn, with a NUL
    /// between two of them; a number as it reads, which is as good to whoever asks for one).
    pub const CONTEXT: &str = "context";
    /// A link to another of the owner's sites is about to be followed: `site` (its origin). Answered by `handover`, if a
    /// conversation is live.
    pub const HANDOVER_WANTED: &str = "handover-wanted";
}

/// From the iframe to the script.
pub mod to_host {
    /// The widget runs and wants `init`.
    pub const READY: &str = "ready";
    /// Please store this `token` (base64url) unless one is stored already, or in its place where `was` is not null; or remove
    /// the one stored (null) if it is still `was`, so that a tab that lags behind removes no newer one. Answered by `token`
    /// with the one that counts, so that two tabs that start at once start one conversation: nothing starts before the answer.
    pub const STORE: &str = "store";
    /// Unread messages: `count`, and the launcher's accessible name: `label`; `reconnecting` (bool).
    pub const BADGE: &str = "badge";
    /// Please minimize the panel and give focus back to the launcher.
    pub const MINIMIZE: &str = "minimize";
    /// The chat's state changed: `state` is one of `idle`, `connecting`, `waiting`, `talking`, `away`, `reconnecting`, `ended`.
    pub const STATE: &str = "state";
    /// Please ask the page's provider for a JWT; it has 10 s. Answered by `signed-in`.
    pub const SIGN_IN: &str = "sign-in";
    /// The arrival of `init` is answered: forget it.
    pub const ARRIVED: &str = "arrived";
    /// Please send the browser to `url`: the link is dead, and the owner set where to go then.
    pub const REDIRECT: &str = "redirect";
    /// Which `sites` (origins) a conversation can be handed over to, and whether one is `live` (bool).
    pub const SITES: &str = "sites";
    /// A hand-over code: `site` (the origin it is for), `code` (base64url), `expires_in_ms` (number).
    pub const HANDOVER: &str = "handover";
    /// Something for the page's own listeners: `name` is one of `away`, `reconnecting`, `reconnected`, `expired`, `redirected`.
    pub const EVENT: &str = "event";
}
