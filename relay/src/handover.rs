//! Hand-over codes: they take a conversation from one site of an owner to another, where the browser keeps storage apart
//! (product 3, "Across pages and sites"). In memory only: a lost code costs nothing.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use gate::{Handover, handover_hash};
use model::{ConversationId, HandoverCode, Timestamp, WidgetId};
use wire::limits::HANDOVER_FOR;

/// Codes at once; the oldest goes first.
const CODES_MAX: usize = 10_000;
/// Codes of one conversation at once, so that one customer's pages can't push out everybody else's.
const CODES_PER_CONVERSATION_MAX: usize = 20;

type Hash = [u8; 32];

/// The codes that are good.
#[derive(Debug, Default)]
pub(crate) struct Handovers(Mutex<Inside>);

#[derive(Debug, Default)]
struct Inside {
    codes: BTreeMap<Hash, Code>,
    /// Oldest first; all live equally long.
    order: VecDeque<Hash>,
    of: BTreeMap<ConversationId, VecDeque<Hash>>,
}

#[derive(Debug)]
struct Code {
    widget: WidgetId,
    site: String,
    conversation: ConversationId,
    good_until: Timestamp,
}

impl Handovers {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Remembers a code for one use on its site. Codes are kept by their hashes, so that the time that looking one up takes says
    /// nothing about it.
    pub(crate) fn put(&self, now: Timestamp, widget: WidgetId, handover: Handover) {
        let Handover { code, conversation, site } = handover;
        let mut inside = self.lock();
        inside.drop_old(now);
        let siblings = inside.of.get(&conversation);
        let oldest =
            siblings.filter(|all| all.len() >= CODES_PER_CONVERSATION_MAX).and_then(|all| all.front().copied());
        if let Some(oldest) = oldest {
            inside.remove(&oldest);
        }
        while inside.codes.len() >= CODES_MAX {
            let Some(oldest) = inside.order.pop_front() else { break };
            inside.remove(&oldest);
        }
        let (hash, good_until) = (handover_hash(&code), now + HANDOVER_FOR);
        inside.codes.insert(hash, Code { widget, site, conversation, good_until });
        inside.order.push_back(hash);
        inside.of.entry(conversation).or_default().push_back(hash);
    }

    /// Uses a code up, and gives its conversation if it was good for this widget and site. A code that was shown elsewhere has
    /// been seen by somebody else and is used up too.
    pub(crate) fn take(
        &self,
        now: Timestamp,
        code: &HandoverCode,
        widget: WidgetId,
        site: &str,
    ) -> Option<ConversationId> {
        let found = self.lock().remove(&handover_hash(code))?;
        let fits = found.widget == widget && found.site == site && now < found.good_until;
        fits.then_some(found.conversation)
    }
}

impl Inside {
    fn drop_old(&mut self, now: Timestamp) {
        while let Some(oldest) = self.order.front().copied() {
            if self.codes.get(&oldest).is_some_and(|code| now < code.good_until) {
                return;
            }
            self.order.pop_front();
            self.remove(&oldest);
        }
    }

    /// Its place in `order` is left, and skipped later.
    fn remove(&mut self, hash: &Hash) -> Option<Code> {
        let code = self.codes.remove(hash)?;
        if let Some(siblings) = self.of.get_mut(&code.conversation) {
            siblings.retain(|other| other != hash);
            if siblings.is_empty() {
                self.of.remove(&code.conversation);
            }
        }
        Some(code)
    }
}

/// The site of a page's address: scheme, host and port.
pub(crate) fn site_of(page: &str) -> &str {
    let authority = page.find("://").map_or(0, |at| at + 3);
    let end = page[authority..].find(['/', '?', '#']).map_or(page.len(), |at| authority + at);
    &page[..end]
}

#[cfg(test)]
mod tests {
    use model::Millis;

    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const HELP: &str = "https://help.example";

    fn code(number: u32) -> HandoverCode {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        HandoverCode::from_bytes(bytes)
    }

    fn conversation(number: u128) -> ConversationId {
        ConversationId::from_u128(number)
    }

    fn widget(number: u128) -> WidgetId {
        WidgetId::from_u128(number)
    }

    fn put(codes: &Handovers, after: Millis, number: u32, of: u128) {
        let handover = Handover { code: code(number), conversation: conversation(of), site: HELP.to_owned() };
        codes.put(NOW + after, widget(1), handover);
    }

    #[test]
    fn a_code_is_good_once_for_a_minute_on_one_site_of_one_widget() {
        let codes = Handovers::default();
        (1..=6).for_each(|number| put(&codes, Millis::ZERO, number, 7));
        let take = |after, number, of, site: &str| codes.take(NOW + Millis(after), &code(number), widget(of), site);
        assert_eq!(take(0, 1, 1, HELP), Some(conversation(7)));
        assert_eq!(take(0, 1, 1, HELP), None, "used");
        assert_eq!(take(0, 2, 2, HELP), None, "another widget");
        assert_eq!(take(0, 2, 1, HELP), None, "and used up by that");
        assert_eq!(take(0, 3, 1, "https://evil.example"), None, "another site");
        assert_eq!(take(59_999, 4, 1, HELP), Some(conversation(7)));
        assert_eq!(take(60_000, 5, 1, HELP), None, "over");
        assert_eq!(take(0, 99, 1, HELP), None, "guessed");
    }

    #[test]
    fn there_are_never_too_many() {
        let codes = Handovers::default();
        (0..30).for_each(|number| put(&codes, Millis::ZERO, number, 7));
        assert_eq!(codes.take(NOW, &code(9), widget(1), HELP), None, "twenty of one conversation");
        assert_eq!(codes.take(NOW, &code(10), widget(1), HELP), Some(conversation(7)));
        for number in 100..100 + CODES_MAX as u32 {
            put(&codes, Millis::ZERO, number, u128::from(number));
        }
        assert_eq!(codes.lock().codes.len(), CODES_MAX);
        assert_eq!(codes.take(NOW, &code(20), widget(1), HELP), None, "the oldest are gone");
        assert_eq!(codes.take(NOW, &code(100), widget(1), HELP), Some(conversation(100)));
        put(&codes, Millis::minutes(2), 1, 1);
        let inside = codes.lock();
        assert_eq!((inside.codes.len(), inside.order.len(), inside.of.len()), (1, 1, 1));
    }

    #[test]
    fn a_site_is_scheme_host_and_port() {
        for (page, site) in [
            ("https://shop.example/a?b#c", "https://shop.example"),
            ("http://shop.localhost:8081", "http://shop.localhost:8081"),
            ("https://shop.example?x=https://evil.example/", "https://shop.example"),
            ("https://shop.example#/", "https://shop.example"),
            ("no address", "no address"),
        ] {
            assert_eq!(site_of(page), site);
        }
    }
}
