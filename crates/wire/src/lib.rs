//! Every frame between a browser and the relay.
//!
//! One set of serde types, two encodings chosen by WebSocket sub-protocol: [`Encoding::Json`] (`rejoin.v1.json`, for the
//! console, tools and third parties) and [`Encoding::Binary`] (`rejoin.v1.bin`, postcard, for the widget). The direction is
//! in the type's name. Enums are externally tagged and append-only: a variant is never changed, removed or moved.
//!
//! docs/PROTOCOL.md tells the story; `golden/` holds the exact bytes of every frame.

pub mod api;
mod claims;
mod close;
mod codec;
mod console;
mod customer;
mod desk_state;
mod entry;
pub mod host;
#[cfg(feature = "json")]
mod json_name;
pub mod limits;
mod pre_chat;
mod presences;
mod qr;
mod refusal;
mod request;
mod sign_in;
mod staff;
mod variants;
mod why;

pub use model::{WEB_URL_BYTES_MAX, WebUrl, WebUrlError};

pub use claims::CustomerClaims;
pub use close::{CloseCode, Verdict};
pub use codec::{DecodeError, Encoding, Frame};
pub use console::{ConsoleToRelay, RelayToConsole};
pub use customer::{
    AgentCard, AgentConnection, Arrival, ArrivalAnswer, AutomatedText, CanResume, CustomerState, CustomerToRelay,
    EndedBecause, Hello, Phase, PromptState, RelayToCustomer, Resume, Welcome,
};
pub use desk_state::{
    Card, CardState, ConnectionClock, ConversationState, DeskState, LedgerCause, LedgerLine, OfferCard, SessionClock,
};
pub use entry::{AgentsEntry, AgentsEvent, CustomerEntry, CustomerEvent, Speaker};
pub use pre_chat::{Answers, AskedQuestion, Questions};
pub use presences::{AgentInPresence, CustomPresence, PresencesState};
pub use qr::QrCode;
pub use refusal::{Refusal, RefusalCode};
pub use request::{Request, RequestId};
pub use sign_in::{Jwt, SignInAnswer};
pub use staff::{
    Abilities, AgentLink, AgentName, Colleague, ColleaguesState, FloorAgent, FloorRow, InvitationCard, Participant,
    PartsState, QueueCard, QueueName, RowAbilities, RunningInvitation, StaffState,
};
pub use variants::variant_names;
pub use why::{WaitReason, WhyNot, WhyNotReason, WhyWaiting};
