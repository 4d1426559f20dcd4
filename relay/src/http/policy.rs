//! Who may do what over HTTP: one table.

use model::Role;
use wire::api::Scope;

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
    /// See, make and revoke tokens of the API.
    ManageTokens,
    /// See, add, change and delete webhooks.
    ManageWebhooks,
    /// Read the audit.
    ReadAudit,
    /// Read reports.
    SeeReports,
    /// Read a conversation that the desk lets one into, its notes and its transcript.
    ReadConversation,
    /// Write notes there.
    WriteNotes,
    /// Do what the desk lets one do in conversations, and choose one's own presence.
    Converse,
    /// Do there what the desk lets supervisors do, and set another agent's presence.
    Oversee,
    /// See all ongoing conversations and all agents, as they are now.
    SeeFloor,
    /// See what supervisors may do.
    SeeSupervision,
    /// Switch on and off what supervisors may do.
    ChangeSupervision,
    /// See and set automated messages.
    ManageMessages,
    /// Use quick replies, and keep one's own.
    UseQuickReplies,
    /// Keep those that everybody uses.
    ShareQuickReplies,
}

impl Act {
    /// The least of the roles that may do it; those above may, too.
    pub(super) const fn least_role(self) -> Role {
        match self {
            Self::UseQuickReplies | Self::ReadConversation | Self::WriteNotes | Self::Converse => Role::Agent,
            Self::SeePeople
            | Self::SeeObjects
            | Self::SeeReports
            | Self::SeeSupervision
            | Self::Oversee
            | Self::SeeFloor => Role::Supervisor,
            Self::ChangePeople
            | Self::ChangeObjects
            | Self::ShareQuickReplies
            | Self::ManageTokens
            | Self::ManageWebhooks
            | Self::ChangeSupervision
            | Self::ManageMessages
            | Self::ReadAudit => Role::Admin,
        }
    }

    /// The least scope of a token that changes something so. To read, the least of all is enough.
    pub(super) const fn scope_to_change(self) -> Scope {
        match self {
            Self::ReadConversation | Self::WriteNotes | Self::UseQuickReplies | Self::Converse | Self::Oversee => {
                Scope::Act
            }
            Self::SeePeople
            | Self::ChangePeople
            | Self::SeeObjects
            | Self::ChangeObjects
            | Self::ShareQuickReplies
            | Self::ManageTokens
            | Self::ManageWebhooks
            | Self::SeeSupervision
            | Self::ChangeSupervision
            | Self::ManageMessages
            | Self::SeeReports
            | Self::SeeFloor
            | Self::ReadAudit => Scope::Admin,
        }
    }

    /// Whether no token does it: a token must not make another one.
    pub(super) const fn is_for_people_only(self) -> bool {
        matches!(self, Self::ManageTokens)
    }
}
