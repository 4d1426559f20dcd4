//! Whether widgets work on the pages that they were put on (product 8): on which sites they were seen, and what a look at a page says.

mod html;
mod look;
mod policy;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{Slug, Timestamp};
use wire::WebUrl;

pub(crate) use look::{Wanted, look_at};

/// Sites kept for one widget: an owner has fewer, and what anybody may name must not grow.
const SITES_SEEN_MAX: usize = 20;

/// The sites whose pages have loaded a widget since this relay started. What browsers name is a claim: good to see that a page works,
/// proof of nothing.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<BTreeMap<Slug, Vec<(String, Timestamp)>>>);

impl Seen {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Slug, Vec<(String, Timestamp)>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A page of a site has loaded the widget. `referrer` is what the browser said.
    pub(crate) fn note(&self, widget: &Slug, referrer: &str, now: Timestamp) {
        let Ok(url) = referrer.parse::<WebUrl>() else { return };
        let site = url.origin();
        let mut all = self.lock();
        let sites = all.entry(widget.clone()).or_default();
        sites.retain(|(known, _)| *known != site);
        sites.insert(0, (site, now));
        sites.truncate(SITES_SEEN_MAX);
    }

    /// The sites of a widget, the latest first.
    pub(crate) fn of(&self, widget: &Slug) -> Vec<(String, Timestamp)> {
        self.lock().get(widget).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_site_is_kept_once_and_not_without_end() {
        let seen = Seen::default();
        let widget: Slug = "shop".parse().expect("a slug");
        for (at, page) in
            [(1, "https://a.example/one?x"), (2, "https://b.example/"), (3, "https://a.example/two"), (4, "junk")]
        {
            seen.note(&widget, page, Timestamp(at));
        }
        let expected = [("https://a.example", 3), ("https://b.example", 2)];
        assert_eq!(seen.of(&widget), expected.map(|(site, at)| (site.to_owned(), Timestamp(at))));
        for number in 0..100 {
            seen.note(&widget, &format!("https://s{number}.example/"), Timestamp(number));
        }
        assert_eq!(seen.of(&widget).len(), SITES_SEEN_MAX);
        assert!(seen.of(&"other".parse().expect("a slug")).is_empty());
    }
}
