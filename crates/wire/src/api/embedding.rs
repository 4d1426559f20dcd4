//! `/api/widgets/{name}/embedding`: whether a widget works on the pages that it was put on (product 8).

use model::Timestamp;
use serde::{Deserialize, Serialize};

/// `GET /api/widgets/{name}/embedding`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embedding {
    /// Since when this relay has looked: since its start.
    pub since: Timestamp,
    /// The sites whose pages have loaded the chat since then, the latest first.
    pub seen: Vec<SeenOn>,
}

/// A site of which a page has loaded the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenOn {
    /// The site, as the browser named it.
    pub site: String,
    /// When it was last seen.
    pub at: Timestamp,
    /// Whether the widget may be shown there now. Where it may not, browsers have refused to show it.
    pub allowed: bool,
}

/// `POST /api/widgets/{name}/embedding`: looks at a page as its server sends it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageToCheck {
    /// The page: an http or https address that leads into the internet.
    pub url: String,
}

/// The answer to `POST /api/widgets/{name}/embedding`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCheck {
    /// What was looked at, in order.
    pub findings: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What: `site`, `page`, `tag`, `script-policy`, `frame-policy`, `scheme`.
    pub about: String,
    /// How it is.
    pub verdict: Verdict,
    /// In a sentence or two: the fact, and the way out.
    pub text: String,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// As it must be.
    Good,
    /// The chat does not work because of it.
    Bad,
    /// It can't be told from here.
    Unknown,
}
