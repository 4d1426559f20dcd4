//! What the widget says, in every language it speaks.
//!
//! English is part of the widget. The others are text files, `widget/words-<lang>.txt`: one line for each word, `name: words`, in the
//! order of [`Words`]; only the one that is needed is fetched. `{}` in a sentence is where the next value goes, `{0}`, `{1}` where a
//! certain one goes.

mod en;

use yew::AttrValue;

/// Declares all words, and how a file of them is read.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// All words of one language.
        #[derive(Debug)]
        pub struct Words {
            $($(#[$doc])* pub $name: &'static str,)*
        }

        impl Words {
            /// Reads a file of words; `None` where it is not exactly one.
            #[must_use]
            pub fn read(text: &'static str) -> Option<Self> {
                let mut words = en::WORDS;
                let mut lines = text.lines();
                // A loop over places: what reads one word would otherwise stand here once for each.
                for place in [$(&mut words.$name,)*] {
                    *place = word(lines.next()?)?;
                }
                Some(words)
            }

            /// Every word's name, in order.
            #[must_use]
            pub fn names() -> Vec<&'static str> {
                vec![$(stringify!($name),)*]
            }
        }
    };
}

words! {
    /// The tag that `lang` gets.
    lang,
    /// `true` where it is written from right to left.
    rtl,
    /// A place in a queue as a word, where that is no word of its own: "{}.".
    ordinal,
    /// The name of the chat, in the header before there is a conversation and on the launcher.
    chat,
    /// The launcher's name while nothing is to be told.
    open_chat,
    /// On the launcher: how many are unread.
    unread,
    /// On the launcher and in the header.
    reconnecting,
    /// Under the name of the chat, before there is a conversation.
    idle_line,
    /// The first screen's heading.
    welcome,
    /// The first screen's sentence.
    welcome_text,
    /// Header while the conversation is being found.
    finding,
    /// Header's line while a first message is on its way, or the last one of an earlier page.
    one_moment,
    /// Header's title in the queue.
    in_queue,
    /// Under the place.
    queue_text,
    /// Header's line while an agent is there.
    talking,
    /// Header's line while the connection is lost for less than the limit.
    place_kept,
    /// Header's line while it is lost for longer: only the relay knows.
    place_checked,
    /// Header's line while the agent's connection is lost: until when.
    agent_away_line,
    /// Banner: the browser has no network.
    offline,
    /// Banner: the relay does not answer.
    lost,
    /// Banner: the relay never answered on this page.
    unreachable,
    /// What follows from all three.
    words_kept,
    /// How many seconds to the next try.
    next_try,
    /// The try is under way.
    trying,
    /// Its button.
    try_now,
    /// Banner: the host page can't store.
    storage_blocked,
    /// What follows from it.
    storage_consequence,
    /// Banner: the widget is not known or switched off.
    switched_off,
    /// Banner: too many windows.
    too_many_windows,
    /// Its button.
    use_here,
    /// Banner: the relay and this page don't understand each other.
    misunderstood,
    /// Its button.
    reload,
    /// The log's name.
    messages,
    /// Who wrote own messages, for screen readers.
    you,
    /// Today, as a day mark.
    today,
    /// Yesterday, as a day mark.
    yesterday,
    /// Older entries were left out.
    cut,
    /// Event.
    ended_by_you,
    /// Event.
    closed,
    /// The agent's name.
    is_writing,
    /// Message state.
    sending,
    /// Message state.
    sent,
    /// Message state.
    read,
    /// Message state.
    waiting_to_send,
    /// Message state: in how many seconds it is sent again.
    too_many,
    /// Message state: in how many seconds it is sent again.
    busy,
    /// Message state: why it was not sent.
    not_sent,
    /// Why: the conversation had ended.
    why_ended,
    /// Why: the conversation is full.
    why_full,
    /// Why: another reason.
    why_refused,
    /// Button of a failed message.
    retry,
    /// Button of a failed message.
    discard,
    /// The composer's name and placeholder.
    write,
    /// Its button.
    send,
    /// How many characters too many.
    too_long,
    /// Button.
    minimize,
    /// Button.
    end,
    /// The question before it.
    end_question,
    /// What follows from it.
    end_consequence,
    /// Yes.
    end_yes,
    /// No.
    end_no,
    /// Between yes and its being done.
    ending,
    /// The question.
    still_waiting,
    /// When it closes by itself.
    still_waiting_text,
    /// Yes.
    still_waiting_yes,
    /// Header's title after the end.
    ended,
    /// Today at a time.
    today_at,
    /// A day and a time.
    day_at,
    /// Why it ended: the agent's name.
    end_by_agent,
    /// Why it ended, where the agent's name is not known.
    end_by_us,
    /// Why it ended.
    end_by_you,
    /// Why it ended: how many minutes.
    end_away,
    /// Why it ended, for limits under two minutes.
    end_away_short,
    /// Why it ended.
    end_nobody,
    /// Why it ended.
    end_forced,
    /// Why it ended.
    end_hours,
    /// Why it ended.
    end_full,
    /// Why it is not there.
    end_expired,
    /// When.
    ended_at,
    /// When, after a sentence that says why.
    so_ended_at,
    /// Nobody came, when.
    nobody_at,
    /// What happens with unsent words.
    words_come_along,
    /// Without unsent words.
    start_again,
    /// About an expired one.
    expired_text,
    /// Button.
    start_new,
    /// Header's title for somebody who is back.
    back,
    /// Header's line while the hold runs: the agent's name.
    keeps_line,
    /// Header's line after it.
    kept_line,
    /// The prompt: the agent's name.
    continue_with,
    /// The prompt, where the agent's name is not known.
    continue_question,
    /// The hold: a clock that runs, the agent's name.
    hold_clock,
    /// The promise: until when, the agent's name.
    until_clock,
    /// The promise: until when.
    until_clock_anybody,
    /// Button of the prompt.
    go_on,
    /// What Start new does.
    new_ends,
    /// Banner: the limit is near.
    limit_near,
    /// A clock that runs.
    time_left,
    /// Its button.
    two_more,
    /// The prompt, while the conversation goes on in another place.
    continue_here,
    /// In the clock's place.
    open_elsewhere,
    /// The question after Start new there.
    new_question,
    /// What follows from it.
    new_ends_elsewhere,
    /// No.
    keep_it,
    /// The promise is over.
    late,
    /// Button: the name of a site.
    go_to,
    /// A reconnect link that leads nowhere.
    link_dead,
    /// Why.
    link_dead_text,
    /// The browser is being sent to a site.
    redirecting,
    /// Banner: a dead link beside a conversation.
    link_dead_fact,
    /// What follows from it.
    goes_on,
    /// Button of a notice that was read.
    ok,
    /// The question when a link meets another conversation.
    other_question,
    /// What follows from it.
    other_text,
    /// Yes.
    other_go,
    /// No.
    other_stay,
    /// A link of somebody else's conversation.
    not_yours,
    /// Banner: the same beside a conversation.
    not_yours_fact,
    /// What can be done.
    not_yours_text,
    /// Banner: nobody can say yet who the customer is.
    sign_in_unknown,
    /// What follows from it.
    sign_in_kept,
    /// Event.
    other_device,
    /// Event: the agent's name.
    link_offered,
    /// The card of the link.
    link_title,
    /// What it is for: the agent's name.
    link_text,
    /// Button.
    copy,
    /// The button, once done.
    copied,
    /// Button.
    show_qr,
    /// Button.
    hide_qr,
    /// The code's name.
    qr_name,
    /// What to do with it.
    qr_text,
    /// The browser refused to copy: above the link itself.
    not_copied,
    /// No link can be had.
    no_link,
    /// Opened outside of a site.
    no_host,
}

/// The words of a line: what follows the name, its colon and a blank.
fn word(line: &str) -> Option<&str> {
    line.split_once(' ').map(|(_, words)| words)
}

/// The languages besides English.
pub const OTHERS: [&str; 2] = ["de", "ar"];

/// English.
#[must_use]
pub fn english() -> &'static Words {
    &en::WORDS
}

/// The language of a tag, where it is one of [`OTHERS`].
#[must_use]
pub fn other(tag: &str) -> Option<&'static str> {
    OTHERS.into_iter().find(|lang| is_of(tag, lang))
}

/// Whether a tag is of a language.
#[must_use]
pub fn is_of(tag: &str, lang: &str) -> bool {
    let tag = tag.split('-').next().unwrap_or_default();
    tag.split('_').next().unwrap_or_default().eq_ignore_ascii_case(lang)
}

/// All languages at once, for tests and the gallery: English where a tag is of none.
///
/// # Panics
/// Where a file of words is not whole.
#[must_use]
pub fn of(tag: &str) -> &'static Words {
    let read = |text| -> &'static Words { Box::leak(Box::new(Words::read(text).expect("invariant: files are whole"))) };
    match other(tag) {
        Some("de") => read(include_str!("../../words-de.txt")),
        Some(_) => read(include_str!("../../words-ar.txt")),
        None => english(),
    }
}

impl Words {
    /// A place in a queue as a word: "3rd".
    #[must_use]
    pub fn place(&self, number: u32) -> String {
        if self.ordinal.is_empty() { en::ordinal(number) } else { fill(self.ordinal, &[&digits(number.into())]) }
    }

    /// Written from right to left.
    #[must_use]
    pub fn is_rtl(&self) -> bool {
        self.rtl == "true"
    }
}

/// Puts values into a sentence, for a view. One function for all: what it is made of would stand at every call.
#[inline(never)]
#[must_use]
pub fn say(sentence: &str, values: &[&str]) -> AttrValue {
    made(fill(sentence, values))
}

/// A text that was just made, for a view.
#[inline(never)]
#[must_use]
pub fn made(text: String) -> AttrValue {
    text.into()
}

/// A number in digits. `to_string` would bring the whole of `core::fmt`, which the widget does without.
#[must_use]
pub fn digits(number: u64) -> String {
    let mut text = if number < 10 { String::new() } else { digits(number / 10) };
    text.extend(char::from_digit((number % 10) as u32, 10));
    text
}

/// A text for a view.
#[inline(never)]
#[must_use]
pub fn own(text: &str) -> AttrValue {
    AttrValue::from(text.to_owned())
}

/// Puts values into the text of an automated message: by the names of its places, and `{{` is a brace. What the relay fills is filled.
#[inline(never)]
#[must_use]
pub fn tell(text: &str, values: &[(&str, &str)]) -> String {
    let mut told = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        told.push_str(before);
        if let Some(after) = after.strip_prefix('{') {
            told.push('{');
            rest = after;
            continue;
        }
        let Some((name, after)) = after.split_once('}') else { break };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            told.push_str(value);
        }
        rest = after;
    }
    told.push_str(rest);
    told
}

/// Puts values into a sentence.
#[inline(never)]
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
    fn every_language_has_every_word_in_order() {
        for text in [include_str!("../../words-de.txt"), include_str!("../../words-ar.txt")] {
            let lines: Vec<_> = text.lines().map(|line| line.split_once(": ").expect("a name and words")).collect();
            assert_eq!(lines.iter().map(|(name, _)| *name).collect::<Vec<_>>(), Words::names());
            assert!(lines.iter().all(|(_, words)| !words.trim().is_empty()));
        }
        assert!(Words::read("lang: xx\nrtl: false\n").is_none(), "half a file is none");
    }

    #[test]
    fn values_go_where_the_sentence_wants_them() {
        assert_eq!(fill("no place", &["x"]), "no place");
        assert_eq!(fill("{} and {}", &["a", "b"]), "a and b");
        assert_eq!(fill("{1} before {0}", &["a", "b"]), "b before a");
        assert_eq!(fill("{} until {}.", &["{}", "14:12"]), "{} until 14:12.");
    }

    #[test]
    fn automated_messages_are_filled_by_name() {
        let values = [("AgentName", "{Time}"), ("Time", "14:12")];
        assert_eq!(tell("{AgentName} until {Time}.", &values), "{Time} until 14:12.", "a name is no place");
        assert_eq!(tell("{{Time} and {Later}", &values), "{Time} and ");
        assert_eq!(tell("no place", &values), "no place");
    }

    #[test]
    fn numbers_are_written_as_everywhere() {
        for number in [0, 7, 10, 99, 100, 4_294_967_296, u64::MAX] {
            assert_eq!(digits(number), number.to_string());
        }
    }

    #[test]
    fn english_counts_places() {
        let place = |number| english().place(number);
        let all = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(place);
        assert_eq!(all.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 102nd 111th");
    }
}
