//! A look at a page as its server sends it, and what it says about the chat there.

use std::io::Read;
use std::time::Duration;

use ureq::Agent;
use ureq::unversioned::transport::DefaultConnector;
use wire::WebUrl;
use wire::api::{Finding, Verdict};

use super::html::{Tag, tags};
use super::policy::{Says, lets_frame, lets_script};
use crate::webhooks::guard::Guard;

/// How long the page may take, all of it.
const LOOK_WITHIN: Duration = Duration::from_secs(8);
/// What is read of it; tags further down are not found.
const PAGE_BYTES_MAX: u64 = 1_000_000;

/// What a page must have.
pub(crate) struct Wanted {
    /// The widget's name.
    pub(crate) widget: String,
    /// The sites that may show it.
    pub(crate) sites: Vec<String>,
    /// The relay's own origins; the last is the one that snippets name.
    pub(crate) origins: Vec<String>,
}

/// What a server sent.
struct Sent {
    status: u16,
    /// Where it leads on, where it does.
    location: Option<String>,
    policies: Vec<String>,
    html: String,
}

/// Looks at a page. Blocks for at most [`LOOK_WITHIN`].
pub(crate) fn look_at(url: &WebUrl, wanted: &Wanted, allow_private: bool) -> Vec<Finding> {
    let mut findings = vec![site(url, wanted)];
    match fetch(url, allow_private) {
        Some(sent) => findings.extend(told_by(url, &sent, wanted)),
        None => findings.push(unreached()),
    }
    findings
}

/// The page could not be read.
fn unreached() -> Finding {
    finding(
        "page",
        Verdict::Unknown,
        "The relay can't reach this page, so its tag was not seen. Browsers may reach it all the same: open it and press the button.",
    )
}

fn finding(about: &str, verdict: Verdict, text: impl Into<String>) -> Finding {
    Finding { about: about.to_owned(), verdict, text: text.into() }
}

fn fetch(url: &WebUrl, allow_private: bool) -> Option<Sent> {
    let config = Agent::config_builder()
        .timeout_global(Some(LOOK_WITHIN))
        // Where it leads is told instead: a redirect could lead anywhere, and a proxy would look names up by itself.
        .max_redirects(0)
        .proxy(None)
        .http_status_as_error(false)
        .user_agent(concat!("rejoin/", env!("CARGO_PKG_VERSION")))
        .build();
    let agent = Agent::with_parts(config, DefaultConnector::default(), Guard { allow_private });
    let mut answer = agent.get(url.as_str()).header("accept", "text/html").call().ok()?;
    let text = |name: &str| -> Vec<String> {
        let all = answer.headers().get_all(name).iter();
        all.filter_map(|value| value.to_str().ok().map(str::to_owned)).collect()
    };
    let (policies, location) = (text("content-security-policy"), text("location").into_iter().next());
    let status = answer.status().as_u16();
    let mut bytes = Vec::new();
    // What came before a cut is looked at.
    let _ = answer.body_mut().as_reader().take(PAGE_BYTES_MAX).read_to_end(&mut bytes);
    Some(Sent { status, location, policies, html: String::from_utf8_lossy(&bytes).into_owned() })
}

fn site(url: &WebUrl, wanted: &Wanted) -> Finding {
    let site = url.origin();
    if wanted.sites.contains(&site) {
        finding("site", Verdict::Good, format!("{site} is one of the widget's sites."))
    } else {
        let text = format!(
            "{site} is none of the widget's sites, so browsers refuse to show the chat there. Add it to the sites."
        );
        finding("site", Verdict::Bad, text)
    }
}

fn told_by(url: &WebUrl, sent: &Sent, wanted: &Wanted) -> Vec<Finding> {
    if let (300..=399, Some(location)) = (sent.status, &sent.location) {
        let text = format!("This page leads on to {location}. Check that one.");
        return vec![finding("page", Verdict::Unknown, text)];
    }
    if !(200..=299).contains(&sent.status) {
        let text = format!("The page's server answered with status {}, so its tag was not seen.", sent.status);
        return vec![finding("page", Verdict::Unknown, text)];
    }
    let origin = wanted.origins.last().map_or("", String::as_str);
    let mut findings = vec![finding("page", Verdict::Good, "The page is there.")];
    if url.as_str().starts_with("https:") && origin.starts_with("http:") {
        findings.push(finding(
            "scheme",
            Verdict::Bad,
            "The page comes by https and the relay by http; browsers load no script that way. Put the relay behind https.",
        ));
    }
    let scripts = tags(&sent.html, "script");
    findings.push(tag(&scripts, wanted, origin));
    findings.extend(policies(sent, wanted, origin));
    findings
}

/// The origin of a script's address, and whether it is the one that pages embed.
fn embeds_from(script: &Tag) -> Option<String> {
    let address = script.get("src")?.trim();
    let url: WebUrl = match address.strip_prefix("//") {
        Some(rest) => format!("https://{rest}").parse().ok()?,
        None => address.parse().ok()?,
    };
    let path = url.as_str().split(['?', '#']).next().unwrap_or_default();
    path.ends_with("/rejoin.js").then(|| url.origin())
}

fn tag(scripts: &[Tag], wanted: &Wanted, origin: &str) -> Finding {
    let embedding: Vec<(&Tag, String)> =
        scripts.iter().filter_map(|script| Some((script, embeds_from(script)?))).collect();
    let own: Vec<&Tag> =
        embedding.iter().filter(|(_, from)| wanted.origins.contains(from)).map(|(script, _)| *script).collect();
    let named: Vec<&str> = own.iter().filter_map(|script| script.get("data-widget")).collect();
    if named.contains(&wanted.widget.as_str()) {
        return finding("tag", Verdict::Good, "The tag is on the page and names this widget.");
    }
    if let Some(other) = named.first() {
        let other: String = other.chars().take(60).collect();
        let text = format!(
            "The tag on the page names the widget “{other}”. For this one it must say data-widget=\"{}\".",
            wanted.widget
        );
        return finding("tag", Verdict::Bad, text);
    }
    if !own.is_empty() {
        let text = format!("The tag on the page names no widget. It must say data-widget=\"{}\".", wanted.widget);
        return finding("tag", Verdict::Bad, text);
    }
    if let Some((_, from)) = embedding.first() {
        let text =
            format!("The tag on the page loads from {from}, which is not this relay. It must load from {origin}.");
        return finding("tag", Verdict::Bad, text);
    }
    finding(
        "tag",
        Verdict::Unknown,
        "The page's server sends no tag. Where a script or a tag manager puts it in, that can't be seen from here: open the page and press the button.",
    )
}

fn policies(sent: &Sent, wanted: &Wanted, origin: &str) -> Vec<Finding> {
    let is_policy =
        |tag: &&Tag| tag.get("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-security-policy"));
    let metas = tags(&sent.html, "meta");
    let in_page = metas.iter().filter(is_policy).filter_map(|tag| tag.get("content"));
    // Several policies in one header stand between commas.
    let all: Vec<&str> = sent.policies.iter().flat_map(|header| header.split(',')).chain(in_page).collect();
    let (script, frame) = (format!("{origin}/rejoin.js"), format!("{origin}/w/{}/", wanted.widget));
    let worst = |says: &dyn Fn(&str) -> Says| {
        let said: Vec<Says> = all.iter().map(|policy| says(policy)).collect();
        if said.contains(&Says::No) {
            Says::No
        } else if said.contains(&Says::Depends) {
            Says::Depends
        } else {
            Says::Yes
        }
    };
    let told = |about: &str, what: &str, directive: &str, says: Says| match says {
        Says::Yes => finding(about, Verdict::Good, format!("The page's Content Security Policy lets the {what} in.")),
        Says::No => {
            let text =
                format!("The page's Content Security Policy keeps the {what} out. Add {origin} to its {directive}.");
            finding(about, Verdict::Bad, text)
        }
        Says::Depends => {
            let text = format!(
                "Whether the page's Content Security Policy lets the {what} in can't be told from here. {origin} in its {directive} would."
            );
            finding(about, Verdict::Unknown, text)
        }
    };
    vec![
        told("script-policy", "script", "script-src", worst(&|policy| lets_script(policy, &script))),
        told("frame-policy", "frame", "frame-src", worst(&|policy| lets_frame(policy, &frame))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            widget: "shop".to_owned(),
            sites: vec!["https://shop.example".to_owned()],
            origins: vec!["https://chat.example".to_owned()],
        }
    }

    fn told(status: u16, html: &str, policies: &[&str]) -> Vec<(String, Verdict)> {
        let sent = Sent {
            status,
            location: (status == 302).then(|| "https://shop.example/de".to_owned()),
            policies: policies.iter().map(|policy| (*policy).to_owned()).collect(),
            html: html.to_owned(),
        };
        let url = "https://shop.example/".parse().expect("an address");
        told_by(&url, &sent, &wanted()).into_iter().map(|finding| (finding.about, finding.verdict)).collect()
    }

    fn verdict(found: &[(String, Verdict)], about: &str) -> Option<Verdict> {
        found.iter().find(|(known, _)| known == about).map(|(_, verdict)| *verdict)
    }

    const TAG: &str = r#"<script async src="https://chat.example/rejoin.js" data-widget="shop"></script>"#;

    #[test]
    fn a_page_as_it_should_be_has_nothing_against_it() {
        let found = told(200, TAG, &[]);
        assert!(found.iter().all(|(_, verdict)| *verdict == Verdict::Good), "{found:?}");
        assert_eq!(found.len(), 4);
    }

    #[test]
    fn each_thing_that_can_be_wrong_is_told() {
        let tag = |html: &str| verdict(&told(200, html, &[]), "tag");
        assert_eq!(tag("<p>Hello"), Some(Verdict::Unknown));
        assert_eq!(tag(&TAG.replace("shop", "help")), Some(Verdict::Bad));
        assert_eq!(tag(&TAG.replace("data-widget", "data-x")), Some(Verdict::Bad));
        assert_eq!(tag(&TAG.replace("chat.example", "old.example")), Some(Verdict::Bad));
        assert_eq!(tag(&TAG.replace("https://chat", "//chat")), Some(Verdict::Good));
        let strict = told(200, TAG, &["default-src 'none'; script-src https://chat.example"]);
        assert_eq!(verdict(&strict, "script-policy"), Some(Verdict::Good));
        assert_eq!(verdict(&strict, "frame-policy"), Some(Verdict::Bad));
        let meta = format!("<meta http-equiv=Content-Security-Policy content=\"script-src 'none'\">{TAG}");
        assert_eq!(verdict(&told(200, &meta, &[]), "script-policy"), Some(Verdict::Bad));
        assert_eq!(told(302, "", &[]), [("page".to_owned(), Verdict::Unknown)]);
        assert_eq!(told(404, TAG, &[]), [("page".to_owned(), Verdict::Unknown)]);
    }

    #[test]
    fn another_site_and_a_relay_by_http_are_told() {
        let other = "https://other.example/".parse().expect("an address");
        assert_eq!(site(&other, &wanted()).verdict, Verdict::Bad);
        let plain = Wanted { origins: vec!["http://chat.example".to_owned()], ..wanted() };
        let sent = Sent { status: 200, location: None, policies: Vec::new(), html: String::new() };
        let url = "https://shop.example/".parse().expect("an address");
        assert!(told_by(&url, &sent, &plain).iter().any(|one| one.about == "scheme" && one.verdict == Verdict::Bad));
    }
}
