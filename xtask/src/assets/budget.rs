//! Holds the compressed sizes to budget.toml.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::site::Site;
use crate::say;

/// Checks every group; fails with one sentence that names each that is over, and by how much.
pub(super) fn check(budget: &Path, assets: &Path, site: &Site) -> Result<()> {
    let text = fs::read_to_string(budget).context("budget.toml can't be read")?;
    let groups: toml::Table = text.parse().context("budget.toml is not TOML")?;
    let mut over = Vec::new();
    for (name, group) in &groups {
        let group = Group::read(name, group)?;
        let mut files: Vec<&str> = group.with.iter().map(String::as_str).chain([site.place(&group.page)]).collect();
        files.extend(site.loads(&group.page).iter().map(String::as_str));
        let mut sizes = Vec::new();
        for file in files {
            let compressed = assets.join(format!("{file}.br"));
            let size =
                compressed.metadata().with_context(|| format!("{file} is in the budget but was not built"))?.len();
            sizes.push((file.to_owned(), size));
        }
        over.extend(judge(name, &group, &sizes));
    }
    if over.is_empty() { Ok(()) } else { bail!("{}", over.join("; ")) }
}

struct Group {
    page: String,
    with: Vec<String>,
    bytes_max: u64,
    bytes_aim: Option<u64>,
}

impl Group {
    fn read(name: &str, value: &toml::Value) -> Result<Self> {
        let number = |key: &str| value.get(key).and_then(toml::Value::as_integer).and_then(|n| u64::try_from(n).ok());
        let with = value.get("with").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        Ok(Self {
            page: value
                .get("page")
                .and_then(toml::Value::as_str)
                .map(str::to_owned)
                .with_context(|| format!("budget.toml: {name} names no page"))?,
            with: with.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect(),
            bytes_max: number("bytes_max").with_context(|| format!("budget.toml: {name} has no bytes_max"))?,
            bytes_aim: number("bytes_aim"),
        })
    }
}

/// Says how a group stands, and returns the sentence for one that is over.
fn judge(name: &str, group: &Group, sizes: &[(String, u64)]) -> Option<String> {
    let total: u64 = sizes.iter().map(|(_, size)| size).sum();
    let aim = group.bytes_aim.map(|aim| format!(", aim {}", say::size(aim))).unwrap_or_default();
    say::line(&format!("  {name}: {} of {} brotli{aim}", say::size(total), say::size(group.bytes_max)));
    if total <= group.bytes_max {
        return None;
    }
    let parts: Vec<String> = sizes.iter().map(|(file, size)| format!("{file} {size}")).collect();
    Some(format!(
        "{} with what it loads is {} bytes over the budget \"{name}\": {total} of {} bytes after brotli ({})",
        group.page,
        total - group.bytes_max,
        group.bytes_max,
        parts.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(bytes_max: u64) -> Group {
        Group { page: "widget.html".into(), with: vec![], bytes_max, bytes_aim: None }
    }

    #[test]
    fn the_sentence_names_the_file_and_by_how_much() {
        let sizes = [("widget.html".to_owned(), 300), ("a/1/widget.wasm".to_owned(), 800)];
        assert_eq!(judge("first", &group(1_100), &sizes), None);
        let sentence = judge("first", &group(1_000), &sizes).unwrap();
        assert!(sentence.starts_with("widget.html with what it loads is 100 bytes over"), "{sentence}");
        assert!(sentence.contains("a/1/widget.wasm 800"), "{sentence}");
    }
}
