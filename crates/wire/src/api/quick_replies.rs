//! Quick replies: `/api/quick-replies`.

use model::{QuickReplyId, Slug};
use serde::{Deserialize, Serialize};

/// The longest text of a quick reply, in Unicode scalar values.
pub const QUICK_REPLY_CHARS_MAX: usize = 2_000;
/// The most tags of one quick reply.
pub const QUICK_REPLY_TAGS_MAX: usize = 10;
/// The longest tag, in Unicode scalar values.
pub const TAG_CHARS_MAX: usize = 40;

/// `GET /api/quick-replies`: those that the caller may use, shared and own, by slug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReplies {
    /// The quick replies.
    pub quick_replies: Vec<QuickReply>,
}

/// One quick reply. Its text may hold slugs that the console fills: `{CustomerName}`, `{AgentName}`, `{ReconnectUrl}` (which becomes the
/// reconnect card), and `{$Variable$}` for a context variable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReply {
    /// Which.
    pub id: QuickReplyId,
    /// Everybody's, rather than the caller's own.
    pub shared: bool,
    /// Whether the caller may change or delete it.
    pub may_change: bool,
    /// Its short name, typed after `/q`.
    pub slug: Slug,
    /// What it is about, in a few words.
    pub title: String,
    /// The words, 1 to [`QUICK_REPLY_CHARS_MAX`] characters.
    pub text: String,
    /// Tags, without `#`.
    pub tags: Vec<String>,
    /// The language that it is in, as a BCP 47 tag; `None`: any.
    pub language: Option<String>,
    /// The workstreams that it is for; empty: all.
    pub workstreams: Vec<Slug>,
}

impl core::fmt::Debug for QuickReply {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "QuickReply({})", self.id)
    }
}

/// `POST /api/quick-replies`: a new one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewQuickReply {
    /// For everybody, which only an admin may; the caller's own where left out.
    #[serde(default)]
    pub shared: bool,
    /// See [`QuickReply::slug`].
    pub slug: Slug,
    /// See [`QuickReply::title`].
    pub title: String,
    /// See [`QuickReply::text`].
    pub text: String,
    /// See [`QuickReply::tags`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// See [`QuickReply::language`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// See [`QuickReply::workstreams`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workstreams: Vec<Slug>,
}

impl core::fmt::Debug for NewQuickReply {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "NewQuickReply({})", self.slug)
    }
}

/// `PATCH /api/quick-replies/{id}`: what is left out stays.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickReplyChange {
    /// See [`QuickReply::slug`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<Slug>,
    /// See [`QuickReply::title`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// See [`QuickReply::text`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// See [`QuickReply::tags`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// See [`QuickReply::language`]; an empty text: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// See [`QuickReply::workstreams`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workstreams: Option<Vec<Slug>>,
}

impl core::fmt::Debug for QuickReplyChange {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("QuickReplyChange(…)")
    }
}
