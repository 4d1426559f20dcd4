//! As much of Content Security Policy as is needed to say whether a page lets the chat in.

/// What one policy says about an origin of which a page wants something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It may.
    Yes,
    /// It may not.
    No,
    /// That depends on a nonce or a hash, or on who asks for it.
    Depends,
}

/// Whether a policy lets scripts of this address in.
pub(super) fn lets_script(policy: &str, address: &str) -> Says {
    lets(policy, &["script-src-elem", "script-src", "default-src"], address)
}

/// Whether a policy lets frames of this address in.
pub(super) fn lets_frame(policy: &str, address: &str) -> Says {
    lets(policy, &["frame-src", "child-src", "default-src"], address)
}

/// The first of the directives that is there decides; where none is, everything may.
fn lets(policy: &str, directives: &[&str], address: &str) -> Says {
    let all: Vec<(String, Vec<&str>)> = policy
        .split(';')
        .filter_map(|directive| {
            let mut words = directive.split_ascii_whitespace();
            Some((words.next()?.to_ascii_lowercase(), words.collect()))
        })
        .collect();
    let found = directives.iter().find_map(|name| all.iter().find(|(known, _)| known == name));
    let Some((_, sources)) = found else { return Says::Yes };
    let has = |start: &str| sources.iter().any(|source| source.to_ascii_lowercase().starts_with(start));
    if has("'strict-dynamic'") {
        return Says::Depends;
    }
    if sources.iter().any(|source| fits(source, address)) {
        Says::Yes
    } else if has("'nonce-") || has("'sha") || has("'self'") {
        Says::Depends
    } else {
        Says::No
    }
}

/// Whether a source expression fits an address.
fn fits(source: &str, address: &str) -> bool {
    let source = source.to_ascii_lowercase();
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    if source == "*" || source.strip_suffix(':') == Some(scheme) {
        return true;
    }
    let source = match source.split_once("://") {
        // A source by http lets the same by https in.
        Some((wanted, _)) if wanted != scheme && (wanted, scheme) != ("http", "https") => return false,
        Some((_, rest)) => rest,
        None => source.as_str(),
    };
    let (host, wanted_path) = source.split_at(source.find('/').unwrap_or(source.len()));
    let path_fits =
        wanted_path.is_empty() || wanted_path == path || wanted_path.ends_with('/') && path.starts_with(wanted_path);
    host_fits(host, authority, scheme) && path_fits
}

fn host_fits(wanted: &str, authority: &str, scheme: &str) -> bool {
    let usual = if scheme == "https" { "443" } else { "80" };
    let with_port = |text: &str| match text.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host.to_owned(), port.to_owned()),
        _ => (text.to_owned(), usual.to_owned()),
    };
    let ((wanted, wanted_port), (host, port)) = (with_port(wanted), with_port(authority));
    let port_fits = wanted_port == "*" || wanted_port == port;
    let name_fits = match wanted.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.')),
        None => wanted == host,
    };
    port_fits && name_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "https://chat.example.com/rejoin.js";

    #[test]
    fn the_nearest_directive_decides() {
        for (policy, says) in [
            ("", Says::Yes),
            ("img-src 'none'", Says::Yes),
            ("default-src 'none'", Says::No),
            ("default-src 'none'; script-src https://chat.example.com", Says::Yes),
            ("script-src https:; script-src-elem 'none'", Says::No),
            ("script-src 'self' https://cdn.example", Says::Depends),
            ("script-src 'nonce-abc' 'strict-dynamic' https://chat.example.com", Says::Depends),
            ("SCRIPT-SRC *", Says::Yes),
        ] {
            assert_eq!(lets_script(policy, SCRIPT), says, "{policy}");
        }
        assert_eq!(lets_frame("frame-src https://*.example.com", "https://chat.example.com/w/shop/"), Says::Yes);
        assert_eq!(lets_frame("child-src 'none'", "https://chat.example.com/w/shop/"), Says::No);
    }

    #[test]
    fn sources_fit_as_browsers_read_them() {
        for (source, expected) in [
            ("chat.example.com", true),
            ("http://chat.example.com", true),
            ("https://chat.example.com:443", true),
            ("https://chat.example.com:8443", false),
            ("https://chat.example.com:*", true),
            ("*.example.com", true),
            ("*.chat.example.com", false),
            ("https://chat.example.com/rejoin.js", true),
            ("https://chat.example.com/", true),
            ("https://chat.example.com/other/", false),
            ("https://example.com", false),
        ] {
            assert_eq!(fits(source, SCRIPT), expected, "{source}");
        }
        assert!(!fits("https://a.example", "http://a.example/x"));
    }
}
