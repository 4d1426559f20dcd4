//! What the widget says, in every language it speaks. One file per language; a language that misses a word does not compile.
//!
//! `{}` in a sentence is where the next value goes, `{0}`, `{1}` where a certain one goes.

mod ar;
mod de;
mod en;

/// All words of one language.
#[derive(Debug)]
pub struct Words {
    /// The tag that `lang` gets.
    pub lang: &'static str,
    /// Written from right to left.
    pub rtl: bool,
    /// A place in a queue as a word: "3rd".
    pub ordinal: fn(u32) -> String,

    /// The name of the chat, in the header before there is a conversation and on the launcher.
    pub chat: &'static str,
    /// The launcher's name while nothing is to be told.
    pub open_chat: &'static str,
    /// On the launcher: how many are unread.
    pub unread: &'static str,
    /// On the launcher and in the header.
    pub reconnecting: &'static str,
    /// Under the name of the chat, before there is a conversation.
    pub idle_line: &'static str,
    /// The first screen's heading.
    pub welcome: &'static str,
    /// The first screen's sentence.
    pub welcome_text: &'static str,

    /// Header while the conversation is being found.
    pub finding: &'static str,
    /// Header's line while a first message is on its way, or the last one of an earlier page.
    pub one_moment: &'static str,
    /// Header's title in the queue.
    pub in_queue: &'static str,
    /// First in the queue.
    pub next_in_line: &'static str,
    /// Somewhere in the queue: the ordinal.
    pub place_in_line: &'static str,
    /// Under the place.
    pub queue_text: &'static str,
    /// Header's line while an agent is there.
    pub talking: &'static str,
    /// Header's line while the connection is lost for less than the limit.
    pub place_kept: &'static str,
    /// Header's line while it is lost for longer: only the relay knows.
    pub place_checked: &'static str,
    /// Header's line while the agent's connection is lost: until when.
    pub agent_away_line: &'static str,

    /// Banner: the browser has no network.
    pub offline: &'static str,
    /// Banner: the relay does not answer.
    pub lost: &'static str,
    /// Banner: the relay never answered on this page.
    pub unreachable: &'static str,
    /// What follows from all three.
    pub words_kept: &'static str,
    /// How many seconds to the next try.
    pub next_try: &'static str,
    /// The try is under way.
    pub trying: &'static str,
    /// Its button.
    pub try_now: &'static str,
    /// Banner: the agent's name.
    pub agent_dropped: &'static str,
    /// The agent's name, until when.
    pub agent_waited_for: &'static str,
    /// Banner: the host page can't store.
    pub storage_blocked: &'static str,
    /// What follows from it.
    pub storage_consequence: &'static str,
    /// Banner: the widget is not known or switched off.
    pub switched_off: &'static str,
    /// Banner: too many windows.
    pub too_many_windows: &'static str,
    /// Its button.
    pub use_here: &'static str,
    /// Banner: the relay and this page don't understand each other.
    pub misunderstood: &'static str,
    /// Its button.
    pub reload: &'static str,

    /// The log's name.
    pub messages: &'static str,
    /// Who wrote own messages, for screen readers.
    pub you: &'static str,
    /// Today, as a day mark.
    pub today: &'static str,
    /// Yesterday, as a day mark.
    pub yesterday: &'static str,
    /// Older entries were left out.
    pub cut: &'static str,
    /// Event: the agent's name.
    pub joined: &'static str,
    /// Event: the agent's name.
    pub left: &'static str,
    /// Event: the agent's name.
    pub ended_by: &'static str,
    /// Event.
    pub ended_by_you: &'static str,
    /// Event.
    pub closed: &'static str,
    /// Event: the agent's name.
    pub link_offered: &'static str,
    /// Event.
    pub other_device: &'static str,
    /// The agent's name.
    pub is_writing: &'static str,

    /// Message state.
    pub sending: &'static str,
    /// Message state.
    pub sent: &'static str,
    /// Message state.
    pub read: &'static str,
    /// Message state.
    pub waiting_to_send: &'static str,
    /// Message state: in how many seconds it is sent again.
    pub too_many: &'static str,
    /// Message state: in how many seconds it is sent again.
    pub busy: &'static str,
    /// Message state: why it was not sent.
    pub not_sent: &'static str,
    /// Why: the conversation had ended.
    pub why_ended: &'static str,
    /// Why: the conversation is full.
    pub why_full: &'static str,
    /// Why: another reason.
    pub why_refused: &'static str,
    /// Button of a failed message.
    pub retry: &'static str,
    /// Button of a failed message.
    pub discard: &'static str,

    /// The composer's name and placeholder.
    pub write: &'static str,
    /// Its button.
    pub send: &'static str,
    /// How many characters too many.
    pub too_long: &'static str,

    /// Button.
    pub minimize: &'static str,
    /// Button.
    pub end: &'static str,
    /// The question before it.
    pub end_question: &'static str,
    /// What follows from it.
    pub end_consequence: &'static str,
    /// Yes.
    pub end_yes: &'static str,
    /// No.
    pub end_no: &'static str,
    /// Between yes and its being done.
    pub ending: &'static str,

    /// The question.
    pub still_waiting: &'static str,
    /// When it closes by itself.
    pub still_waiting_text: &'static str,
    /// Yes.
    pub still_waiting_yes: &'static str,

    /// Header's title after the end.
    pub ended: &'static str,
    /// Today at a time.
    pub today_at: &'static str,
    /// A day and a time.
    pub day_at: &'static str,
    /// Why it ended: the agent's name.
    pub end_by_agent: &'static str,
    /// Why it ended, where the agent's name is not known.
    pub end_by_us: &'static str,
    /// Why it ended.
    pub end_by_you: &'static str,
    /// Why it ended: how many minutes.
    pub end_away: &'static str,
    /// Why it ended, for limits under two minutes.
    pub end_away_short: &'static str,
    /// Why it ended.
    pub end_nobody: &'static str,
    /// Why it ended.
    pub end_forced: &'static str,
    /// Why it is not there.
    pub end_expired: &'static str,
    /// When.
    pub ended_at: &'static str,
    /// When, after a sentence that says why.
    pub so_ended_at: &'static str,
    /// Nobody came, when.
    pub nobody_at: &'static str,
    /// What happens with unsent words.
    pub words_come_along: &'static str,
    /// Without unsent words.
    pub start_again: &'static str,
    /// About an expired one.
    pub expired_text: &'static str,
    /// Button.
    pub start_new: &'static str,

    /// Opened outside of a site.
    pub no_host: &'static str,
}

/// The words for a language tag; English where it is spoken by no file.
#[must_use]
pub fn of(lang: &str) -> &'static Words {
    let language = lang.split(['-', '_']).next().unwrap_or_default();
    let all: [&'static Words; 3] = [&en::WORDS, &de::WORDS, &ar::WORDS];
    all.into_iter().find(|words| words.lang.eq_ignore_ascii_case(language)).unwrap_or(&en::WORDS)
}

/// Puts values into a sentence.
#[must_use]
pub fn fill(sentence: &str, values: &[&str]) -> String {
    let mut text = String::with_capacity(sentence.len() + 16);
    let mut next = 0;
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((place, after)) = after.split_once('}') else { break };
        let index = match place.as_bytes() {
            [digit @ b'0'..=b'9'] => usize::from(digit - b'0'),
            _ => next,
        };
        next = index + 1;
        text.push_str(values.get(index).copied().unwrap_or_default());
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_its_first_part() {
        for (tag, lang) in [("de", "de"), ("de-AT", "de"), ("AR_eg", "ar"), ("en-GB", "en"), ("tlh", "en"), ("", "en")]
        {
            assert_eq!(of(tag).lang, lang, "{tag}");
        }
    }

    #[test]
    fn values_go_where_the_sentence_wants_them() {
        assert_eq!(fill("no place", &["x"]), "no place");
        assert_eq!(fill("{} and {}", &["a", "b"]), "a and b");
        assert_eq!(fill("{1} before {0}", &["a", "b"]), "b before a");
        assert_eq!(fill("{} until {}.", &["{}", "14:12"]), "{} until 14:12.");
    }

    #[test]
    fn english_counts_places() {
        let place = |number| (of("en").ordinal)(number);
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(place);
        assert_eq!(all.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th");
    }
}
