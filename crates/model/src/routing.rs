//! Which queue a conversation goes to (product 5, reference 4.7): ordered rules over what is known when it starts.

use serde::{Deserialize, Serialize};

use crate::{Context, ContextValue, ConversationId, Number, QueueId, RulesError, WidgetId};

/// The most rules of one workstream.
pub const ROUTING_RULES_MAX: usize = 100;
/// The most conditions of one rule.
pub const CONDITIONS_MAX: usize = 15;
/// The most queues that one rule splits among.
pub const SHARES_MAX: usize = 5;

/// How a workstream distributes beyond its queue. `Default` is none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// The first rule that fits, and whose queue takes the conversation, wins; where none fits, the workstream's own queue.
    pub rules: Vec<RoutingRule>,
    /// Whoever declines an offer is set to Do not disturb.
    pub decline_sets_do_not_disturb: bool,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingRule {
    /// All of these hold; a rule without conditions fits everybody.
    pub all: Vec<Condition>,
    /// To which queues; their shares are 100 percent together.
    pub to: Vec<Share>,
}

/// A queue's share of what a rule fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Which queue.
    pub queue: QueueId,
    /// How much, 1 to 100.
    pub percent: u8,
}

/// What must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// A context variable of exactly this name.
    Variable(String, Test),
    /// The conversation comes through one of these widgets.
    Widget(Vec<WidgetId>),
    /// The page's language, or its first part: `de` fits `de-AT`. Case does not count.
    Language(String),
    /// The customer is signed in, or is not.
    SignedIn(bool),
}

/// What must hold of a variable. One that is not there fits `IsMissing` and `IsNot` only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// It is there.
    Exists,
    /// It is not there.
    IsMissing,
    /// It is this. A text that reads as a number is that number to a number.
    Is(ContextValue),
    /// It is not this, or not there.
    IsNot(ContextValue),
    /// It is a text with this in it.
    Contains(String),
    /// It is a number above this, or a text that reads as one.
    IsAbove(Number),
    /// It is a number below this, or a text that reads as one.
    IsBelow(Number),
}

/// What is known when a conversation starts.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Through which widget it comes.
    pub widget: WidgetId,
    /// The language of its page, where it said so.
    pub language: Option<&'a str>,
    /// The customer is signed in.
    pub is_signed_in: bool,
    /// What the page said about its customer.
    pub context: &'a Context,
}

impl RoutingRule {
    /// Whether all conditions hold.
    #[must_use]
    pub fn fits(&self, known: &Known<'_>) -> bool {
        self.all.iter().all(|condition| condition.holds(known))
    }

    /// The queue for this conversation: decided by its id, so that the same one always goes the same way.
    #[must_use]
    pub fn queue(&self, conversation: ConversationId) -> Option<QueueId> {
        let mut point = percent_point(conversation);
        for share in &self.to {
            match point.checked_sub(share.percent) {
                Some(rest) => point = rest,
                None => return Some(share.queue),
            }
        }
        None
    }
}

/// 0 to 99, evenly over all ids.
fn percent_point(conversation: ConversationId) -> u8 {
    // The beginning of an id is the time: all of it is mixed (splitmix64's finalizer).
    let id = conversation.as_u128();
    let mut mixed = (id >> 64) as u64 ^ id as u64;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    u8::try_from(mixed % 100).unwrap_or(0)
}

impl Condition {
    fn holds(&self, known: &Known<'_>) -> bool {
        match self {
            Self::Variable(name, test) => test.holds(known.context.get(name)),
            Self::Widget(widgets) => widgets.contains(&known.widget),
            Self::Language(wanted) => known.language.is_some_and(|language| is_of(language, wanted)),
            Self::SignedIn(wanted) => known.is_signed_in == *wanted,
        }
    }
}

fn is_of(language: &str, wanted: &str) -> bool {
    let begins = language.get(..wanted.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(wanted));
    begins && matches!(language.as_bytes().get(wanted.len()), None | Some(b'-'))
}

impl Test {
    fn holds(&self, value: Option<&ContextValue>) -> bool {
        let number = || value.and_then(ContextValue::as_number);
        match self {
            Self::Exists => value.is_some(),
            Self::IsMissing => value.is_none(),
            Self::Is(wanted) => value.is_some_and(|value| same(value, wanted)),
            Self::IsNot(wanted) => !value.is_some_and(|value| same(value, wanted)),
            Self::Contains(part) => value.and_then(ContextValue::as_text).is_some_and(|text| text.contains(part)),
            Self::IsAbove(limit) => number().is_some_and(|number| number > *limit),
            Self::IsBelow(limit) => number().is_some_and(|number| number < *limit),
        }
    }
}

fn same(value: &ContextValue, wanted: &ContextValue) -> bool {
    match wanted {
        ContextValue::Number(wanted) => value.as_number() == Some(*wanted),
        ContextValue::Text(_) => value == wanted,
    }
}

impl Routing {
    /// All mistakes at once.
    #[must_use]
    pub fn mistakes(&self) -> Vec<RulesError> {
        let shares_fit = |rule: &RoutingRule| {
            let sum: u32 = rule.to.iter().map(|share| u32::from(share.percent)).sum();
            (1..=SHARES_MAX).contains(&rule.to.len()) && sum == 100 && rule.to.iter().all(|share| share.percent > 0)
        };
        [
            (self.rules.len() <= ROUTING_RULES_MAX, RulesError::RoutingRules),
            (self.rules.iter().all(|rule| rule.all.len() <= CONDITIONS_MAX), RulesError::Conditions),
            (self.rules.iter().all(shares_fit), RulesError::Shares),
        ]
        .into_iter()
        .filter_map(|(fits, mistake)| (!fits).then_some(mistake))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContextVariable;

    fn variables() -> Context {
        let text = |name: &str, value: &str| ContextVariable {
            name: name.to_owned(),
            value: ContextValue::Text(value.to_owned()),
        };
        let age = ContextVariable { name: "age".to_owned(), value: ContextValue::Number(Number::new(42.0).unwrap()) };
        Context::new(vec![text("plan", "gold card"), text("orders", "7"), age]).unwrap()
    }

    #[test]
    fn every_test_has_its_meaning() {
        let number = |value: f64| Number::new(value).unwrap();
        let text = |value: &str| ContextValue::Text(value.to_owned());
        let cases = [
            ("plan", Test::Exists, true),
            ("Plan", Test::Exists, false),
            ("Plan", Test::IsMissing, true),
            ("plan", Test::IsMissing, false),
            ("plan", Test::Is(text("gold card")), true),
            ("plan", Test::Is(text("gold")), false),
            ("plan", Test::IsNot(text("gold")), true),
            ("plan", Test::IsNot(text("gold card")), false),
            ("Plan", Test::IsNot(text("gold")), true),
            ("plan", Test::Contains("gold".to_owned()), true),
            ("age", Test::Contains("4".to_owned()), false),
            ("age", Test::Is(ContextValue::Number(number(42.0))), true),
            ("age", Test::Is(text("42")), false),
            ("orders", Test::Is(ContextValue::Number(number(7.0))), true),
            ("orders", Test::Is(text("7")), true),
            ("orders", Test::IsAbove(number(6.5)), true),
            ("orders", Test::IsAbove(number(7.0)), false),
            ("age", Test::IsBelow(number(42.5)), true),
            ("plan", Test::IsBelow(number(1e9)), false),
            ("Plan", Test::IsBelow(number(1e9)), false),
        ];
        let context = variables();
        for (name, test, expected) in cases {
            let known =
                Known { widget: WidgetId::from_u128(1), language: None, is_signed_in: false, context: &context };
            assert_eq!(Condition::Variable(name.to_owned(), test.clone()).holds(&known), expected, "{name} {test:?}");
        }
    }

    #[test]
    fn a_language_fits_by_its_first_part() {
        for (language, wanted, expected) in
            [("de-AT", "de", true), ("DE", "de", true), ("den", "de", false), ("de", "de-AT", false), ("é", "e", false)]
        {
            assert_eq!(is_of(language, wanted), expected, "{language} {wanted}");
        }
    }

    #[test]
    fn a_split_is_even_over_ids_and_the_same_for_one() {
        let (one, other) = (QueueId::from_u128(1), QueueId::from_u128(2));
        let to = vec![Share { queue: one, percent: 30 }, Share { queue: other, percent: 70 }];
        let rule = RoutingRule { all: Vec::new(), to };
        // As the relay mints them: time in front, chance at the end.
        let id = |number: u128| {
            ConversationId::from_u128(((0x0193_5a3c_0000_7000 + (number << 20)) << 64) | (number * number))
        };
        let first = (0..10_000).filter(|number| rule.queue(id(*number)) == Some(one)).count();
        assert!((2_850..3_150).contains(&first), "{first} of 10,000 are 30 percent");
        assert_eq!(rule.queue(id(5)), rule.queue(id(5)));
    }

    #[test]
    fn all_mistakes_are_told() {
        let share = |percent| Share { queue: QueueId::from_u128(1), percent };
        let condition = || Condition::SignedIn(true);
        let rule = RoutingRule { all: vec![condition(); CONDITIONS_MAX + 1], to: vec![share(50), share(49)] };
        let routing = Routing { rules: vec![rule; ROUTING_RULES_MAX + 1], ..Routing::default() };
        assert_eq!(routing.mistakes(), [RulesError::RoutingRules, RulesError::Conditions, RulesError::Shares]);
        let fits = |to| Routing { rules: vec![RoutingRule { all: Vec::new(), to }], ..Routing::default() }.mistakes();
        assert_eq!(fits(vec![share(100)]), []);
        assert_eq!(fits(vec![share(20); 5]), []);
        assert_eq!(fits(vec![share(100), share(0)]), [RulesError::Shares]);
        assert_eq!(fits(Vec::new()), [RulesError::Shares]);
    }
}
