//! Limits for everything that arrives, named in one place. Going over one gets a clear answer.

use model::Millis;

/// The largest frame a client may send, in bytes. A message of 4,000 characters fits however it is escaped.
pub const FRAME_BYTES_MAX: usize = 64 * 1024;
/// The most entries in one frame to a client.
pub const ENTRIES_PER_FRAME_MAX: usize = 100;
/// A client further behind than this gets a snapshot of the newest entries instead of all that it missed.
pub const RESUME_ENTRIES_MAX: u32 = 1_000;
/// The newest entries that a snapshot holds.
pub const SNAPSHOT_ENTRIES: u32 = 200;
/// How long the first frame may take.
pub const HELLO_WITHIN: Millis = Millis::seconds(10);
/// The relay sends a heartbeat after this long without traffic to a client.
pub const HEARTBEAT_EVERY: Millis = Millis::seconds(12);
/// The relay closes a connection from which nothing came for this long. Together with the heartbeat it finds silence within 30 s.
pub const SILENT_AFTER: Millis = Millis::seconds(28);
/// A client closes a socket on which nothing came for this long.
pub const CLIENT_SILENT_AFTER: Millis = Millis::seconds(30);
/// A client that gets no answer to a send in this time distrusts the socket.
pub const ACCEPT_WITHIN: Millis = Millis::seconds(10);
/// Frames that a customer may send in a burst, and per second after it.
pub const CUSTOMER_FRAMES_BURST: u32 = 40;
/// See [`CUSTOMER_FRAMES_BURST`].
pub const CUSTOMER_FRAMES_PER_SECOND: u32 = 10;
/// Frames that a console may send in a burst, and per second after it.
pub const CONSOLE_FRAMES_BURST: u32 = 200;
/// See [`CONSOLE_FRAMES_BURST`].
pub const CONSOLE_FRAMES_PER_SECOND: u32 = 50;
/// Messages that a customer may send in a burst, and per minute after it; more is refused with `rate-limited`, not closed.
pub const CUSTOMER_SENDS_BURST: u32 = 20;
/// See [`CUSTOMER_SENDS_BURST`].
pub const CUSTOMER_SENDS_PER_MINUTE: u32 = 60;
/// Connections of one customer's conversation at once; the oldest goes.
pub const CONNECTIONS_PER_CUSTOMER_MAX: usize = 8;
/// Console windows of one agent at once; the oldest goes.
pub const CONNECTIONS_PER_AGENT_MAX: usize = 16;
/// Conversations that one console window may have open at once.
pub const OPEN_PER_CONSOLE_MAX: usize = 50;
/// Entries of one conversation, over all audiences.
pub const ENTRIES_PER_CONVERSATION_MAX: u32 = 20_000;
/// The longest language tag of a page, in bytes.
pub const LANGUAGE_BYTES_MAX: usize = 35;
/// Characters of an automated message as it is told, with what was put into it; what is longer is cut.
pub const AUTOMATED_TEXT_CHARS_MAX: usize = 4_000;
/// Characters of a context variable in an automated message; what is longer is cut.
pub const AUTOMATED_VALUE_CHARS_MAX: usize = 200;
/// Context variables of one conversation.
pub const CONTEXT_MAX: usize = model::CONTEXT_MAX;
/// Characters of a context variable's name.
pub const CONTEXT_NAME_CHARS_MAX: usize = model::CONTEXT_NAME_CHARS_MAX;
/// Characters of a context variable's value.
pub const CONTEXT_VALUE_CHARS_MAX: usize = model::CONTEXT_VALUE_CHARS_MAX;
/// Names and values of all context variables of one conversation together, in bytes.
pub const CONTEXT_BYTES_MAX: usize = model::CONTEXT_BYTES_MAX;
/// Questions before a conversation.
pub const QUESTIONS_MAX: usize = model::QUESTIONS_MAX;
/// Characters of an answer to one.
pub const ANSWER_CHARS_MAX: usize = model::ANSWER_CHARS_MAX;
/// Names and answers together, in bytes.
pub const ANSWERS_BYTES_MAX: usize = model::ANSWERS_BYTES_MAX;
/// Agents named in one answer to "why is this customer still waiting?"; the count says how many more there are.
pub const WHY_AGENTS_MAX: usize = 200;
/// Cards in one list of the console; the count says how many more there are.
pub const CARDS_PER_LIST_MAX: usize = 200;
/// Events of one webhook of which it is known what became of them.
pub const DELIVERIES_KEPT: u32 = 20;
/// Characters of the last words on a card.
pub const LAST_WORDS_CHARS_MAX: usize = 120;
/// The longest JWT of a host page's provider, in bytes.
pub const JWT_BYTES_MAX: usize = 8 * 1024;
/// The longest origin of a site, in bytes.
pub const SITE_BYTES_MAX: usize = 200;
/// The most sites that a welcome names.
pub const SITES_MAX: usize = 100;
/// Reconnect links and hand-over codes that a connection may ask for in a burst, and per minute after it; more is refused with
/// `rate-limited`.
pub const MINTS_BURST: u32 = 20;
/// See [`MINTS_BURST`].
pub const MINTS_PER_MINUTE: u32 = 20;
/// JWTs that a connection may show after its hello in a burst, and per minute after it; more is refused with `rate-limited`.
pub const SIGN_INS_BURST: u32 = 5;
/// See [`SIGN_INS_BURST`].
pub const SIGN_INS_PER_MINUTE: u32 = 6;
/// How long a hand-over code works.
pub const HANDOVER_FOR: Millis = Millis::minutes(1);
/// How long a host page's provider has to answer.
pub const PROVIDER_WITHIN: Millis = Millis::seconds(10);
/// When to ask again after [`crate::CanResume::Unknown`].
pub const UNKNOWN_RETRY_AFTER: Millis = Millis::seconds(5);
/// The largest HTTP body, in bytes.
pub const HTTP_BODY_BYTES_MAX: usize = 64 * 1024;
/// Rows of a long list in one frame: of the floor, and of what is Open in an agent's queues.
pub const ROWS_PER_FRAME_MAX: usize = 200;
/// Consultants in one conversation at once.
pub const CONSULTANTS_MAX: usize = 5;
/// Supervisors who read along in one conversation at once.
pub const MONITORS_MAX: usize = 10;
/// Conversations that one supervisor reads along in at once.
pub const MONITORED_MAX: usize = 20;
/// Requests over HTTP in one person's name that the desk must look at, in a burst and per minute after it; more is refused with
/// `rate-limited`.
pub const ACTS_PER_MINUTE: u32 = 600;
/// Rows of one page of a list over HTTP, where nothing is said.
pub const PAGE_ROWS: u32 = 100;
/// The most rows of one page of a list over HTTP.
pub const PAGE_ROWS_MAX: u32 = 500;
