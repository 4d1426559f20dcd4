//! Who may do what over HTTP: one table.

use model::Role;

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// See everybody's name, role, capacity and queues.
    SeePeople,
    /// Add and change people.
    ChangePeople,
    /// See queues, workstreams and widgets.
    SeeObjects,
    /// Add, change and delete queues, workstreams and widgets.
    ChangeObjects,
    /// Use quick replies, and keep one's own.
    UseQuickReplies,
    /// Keep those that everybody uses.
    ShareQuickReplies,
}

impl Act {
    /// The least of the roles that may do it; those above may, too.
    pub(super) const fn least_role(self) -> Role {
        match self {
            Self::UseQuickReplies => Role::Agent,
            Self::SeePeople | Self::SeeObjects => Role::Supervisor,
            Self::ChangePeople | Self::ChangeObjects | Self::ShareQuickReplies => Role::Admin,
        }
    }
}
