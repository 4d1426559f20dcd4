//! Final names: every heavy file goes to `a/<hash>/`, where it never changes, and what refers to it is rewritten.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use super::{fingerprint::hex, names, optimize::Built};
use crate::{run, tools::Tools};

/// Digits of a hash in a name. 64 bits are plenty for a few files that nobody attacks by choosing their content.
const HASH_DIGITS: usize = 16;

/// The folder that grows.
pub(super) struct Site {
    folder: PathBuf,
    /// Page → the files that it loads, both relative to the folder.
    loads: BTreeMap<String, Vec<String>>,
    /// Scripts that a page may load later: name → place in the folder.
    later: BTreeMap<String, String>,
}

impl Site {
    /// An empty one in an empty folder.
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf(), loads: BTreeMap::new(), later: BTreeMap::new() }
    }

    /// The files that a page loads, without the page itself.
    pub(super) fn loads(&self, page: &str) -> &[String] {
        self.loads.get(page).map_or(&[], Vec::as_slice)
    }

    /// Where a page or a script that is loaded later is.
    pub(super) fn place<'a>(&'a self, page: &'a str) -> &'a str {
        self.later.get(page).map_or(page, String::as_str)
    }

    /// A script that pages embed: only made smaller, so that what runs is what is read.
    pub(super) fn add_loader(&mut self, tools: &Tools, source: &Path) -> Result<()> {
        let name = source.file_name().and_then(|name| name.to_str()).context("a script has a name")?;
        self.write(name, &minified(tools, source)?)
    }

    /// An app: its module, its style sheets as one, its script and glue as one, anything else it has, and its page.
    pub(super) fn add_app(&mut self, tools: &Tools, name: &str, built: &Built) -> Result<()> {
        let mut page =
            fs::read_to_string(built.folder.join("index.html")).with_context(|| format!("{name} has no index.html"))?;
        let mut loads = Vec::new();
        let (script, short) = script(tools, built)?;
        let module = names::renamed(&fs::read(&built.wasm)?, &short).with_context(|| format!("{name}.wasm"))?;
        let wasm = self.add(&format!("{name}.wasm"), &module, &mut loads)?;
        let mut names = BTreeMap::from([(format!("rejoin-{name}_bg.wasm"), wasm.clone())]);
        let sheets = take_sheets(&mut page)?;
        for other in other_files(&built.folder, name, &sheets)? {
            let source = built.folder.join(&other);
            if other.ends_with(".js") {
                // Loaded where it is needed, and a budget of its own.
                let address = self.add(&other, &minified(tools, &source)?, &mut Vec::new())?;
                self.later.insert(other.clone(), address[1..].to_owned());
                names.insert(other, address);
                continue;
            }
            // Of the words, a browser loads one language at most, and none for English.
            let loads = if other.starts_with("words-") { &mut Vec::new() } else { &mut loads };
            names.insert(other.clone(), self.add(&other, &fs::read(&source)?, loads)?);
        }
        let style = if sheets.is_empty() { None } else { Some(style(tools, built, &sheets)?) };
        let style = style
            .map(|text| self.add(&format!("{name}.css"), renamed(&text, &names).as_bytes(), &mut loads))
            .transpose()?;
        let script = renamed(&script, &names);
        ensure!(
            script.contains(&wasm),
            "{name}/start.js doesn't name rejoin-{name}_bg.wasm, so its address can't be put there"
        );
        let script = self.add(&format!("{name}.js"), script.as_bytes(), &mut loads)?;
        let page = finish_page(&renamed(&page, &names), &script, style.as_deref(), &wasm)
            .with_context(|| format!("{name}/index.html"))?;
        for (from, to) in &names {
            let used = [&page, &fs::read_to_string(self.folder.join(&script[1..]))?]
                .iter()
                .any(|text| text.contains(to.as_str()))
                || style.as_ref().is_some_and(|style| {
                    fs::read_to_string(self.folder.join(&style[1..])).is_ok_and(|text| text.contains(to.as_str()))
                });
            ensure!(used, "{name}: nothing refers to {from}");
        }
        self.write(&format!("{name}.html"), page.as_bytes())?;
        self.loads.insert(format!("{name}.html"), loads);
        Ok(())
    }

    /// Adds a file under the hash of its bytes and returns its address.
    fn add(&self, name: &str, bytes: &[u8], loads: &mut Vec<String>) -> Result<String> {
        let path = format!("a/{}/{name}", hex(&Sha256::digest(bytes), HASH_DIGITS));
        self.write(&path, bytes)?;
        loads.push(path.clone());
        Ok(format!("/{path}"))
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.folder.join(path);
        let folder = file.parent().context("a file has a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&file, bytes))
            .with_context(|| format!("{} can't be written", file.display()))
    }
}

/// A script by itself, smaller.
fn minified(tools: &Tools, source: &Path) -> Result<Vec<u8>> {
    let output = run::quietly(
        tools.esbuild().arg(source).args(["--minify", "--charset=utf8", "--target=es2022", "--log-level=error"]),
        &format!("{} couldn't be minified", source.display()),
    )?;
    Ok(output.stdout.trim_ascii_end().to_vec())
}

/// The glue and the lines that start it, as one file: one request less before the module is asked for. With it, the short
/// names that it has for what the module exports and wants.
fn script(tools: &Tools, built: &Built) -> Result<(String, BTreeMap<String, String>)> {
    let short = built.folder.join("short-names.json");
    fs::write(&short, "{}")?;
    let output = run::quietly(
        tools.esbuild().arg(built.folder.join("start.js")).args([
            "--bundle",
            "--minify",
            &format!("--mangle-props={}", names::OWN_NAMES),
            &format!("--mangle-cache={}", short.display()),
            "--charset=utf8",
            "--format=esm",
            "--target=es2022",
            "--log-level=error",
        ]),
        "the start script couldn't be bundled",
    );
    let text = fs::read(&short);
    fs::remove_file(&short)?;
    let script = String::from_utf8(output?.stdout).context("esbuild's answer is not UTF-8")?;
    Ok((script, serde_json::from_slice(&text?).context("esbuild's list of names can't be read")?))
}

/// All style sheets in the order of the page, as one.
fn style(tools: &Tools, built: &Built, sheets: &[String]) -> Result<String> {
    let mut all = String::new();
    for sheet in sheets {
        all +=
            &fs::read_to_string(built.folder.join(sheet)).with_context(|| format!("style sheet {sheet} is missing"))?;
        all.push('\n');
    }
    let whole = built.folder.join("all-sheets.css");
    fs::write(&whole, all)?;
    let output = run::quietly(
        tools.esbuild().arg(&whole).args(["--minify", "--charset=utf8", "--log-level=warning"]),
        "the style sheets couldn't be minified",
    );
    fs::remove_file(&whole)?;
    String::from_utf8(output?.stdout).context("esbuild's answer is not UTF-8")
}

/// What Trunk put beside the known files: pictures, sounds.
fn other_files(folder: &Path, name: &str, sheets: &[String]) -> Result<Vec<String>> {
    let known =
        ["index.html".to_owned(), "start.js".to_owned(), format!("rejoin-{name}.js"), format!("rejoin-{name}_bg.wasm")];
    let mut others = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && !known.contains(&file) && !sheets.contains(&file) {
            others.push(file);
        }
    }
    others.sort();
    Ok(others)
}

/// Puts final addresses in the place of Trunk's names.
fn renamed(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut text = text.to_owned();
    // Only behind one of these, so that the end of a longer name is not taken for the name.
    for (from, to) in names {
        for before in ["\"", "'", "(", "`"] {
            text = text.replace(&format!("{before}./{from}"), &format!("{before}{to}"));
            text = text.replace(&format!("{before}{from}"), &format!("{before}{to}"));
        }
    }
    text
}

/// Takes the style sheets' links out of a page and returns their file names in order.
fn take_sheets(page: &mut String) -> Result<Vec<String>> {
    let mut sheets = Vec::new();
    for tag in tags(page, "<link") {
        if tag.contains("rel=\"stylesheet\"") {
            let name = attribute(&tag, "href").context("a style sheet's link has no href")?;
            let name = name.trim_start_matches("./").to_owned();
            if sheets.contains(&name) {
                bail!("two style sheets are called {name}; Trunk kept only one of them");
            }
            sheets.push(name);
            *page = page.replacen(&tag, "", 1);
        } else if tag.contains("rel=\"rust\"") {
            *page = page.replacen(&tag, "", 1);
        }
    }
    Ok(sheets)
}

/// The page with its final script and style, and the module asked for at once instead of after the script.
fn finish_page(page: &str, script: &str, style: Option<&str>, wasm: &str) -> Result<String> {
    let start =
        tags(page, "<script").into_iter().find(|tag| tag.contains("start.js")).context("doesn't load start.js")?;
    let mut head = format!("<link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" href=\"{wasm}\" crossorigin>");
    if let Some(style) = style {
        head += &format!("<link rel=\"stylesheet\" href=\"{style}\">");
    }
    head += &format!("<script type=\"module\" src=\"{script}\">");
    let page = page.replacen(&start, &head, 1);
    let lines = page.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.fold(String::new(), |text, line| text + line + "\n"))
}

/// All tags of a page that begin with `start`.
fn tags(page: &str, start: &str) -> Vec<String> {
    page.match_indices(start)
        .filter_map(|(at, _)| page[at..].find('>').map(|end| page[at..=at + end].to_owned()))
        .collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let from = tag.find(&format!("{name}=\""))? + name.len() + 2;
    tag[from..].split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gets_its_final_names_and_keeps_nothing_of_trunk() {
        let mut page = "<head>\n  <link data-trunk rel=\"rust\" href=\"Cargo.toml\">\n<link rel=\"stylesheet\" href=\"./b.css\"/>\n\
            <link rel=\"stylesheet\" href=\"./a.css\"/>\n<link rel=\"icon\" href=\"./icon.svg\">\n\
            <script type=\"module\" src=\"start.js\"></script>\n</head>"
            .to_owned();
        assert_eq!(take_sheets(&mut page).unwrap(), ["b.css", "a.css"]);
        let page = renamed(&page, &BTreeMap::from([("icon.svg".to_owned(), "/a/1/icon.svg".to_owned())]));
        let page = finish_page(&page, "/a/2/widget.js", Some("/a/3/widget.css"), "/a/4/widget.wasm").unwrap();
        assert_eq!(
            page,
            "<head>\n<link rel=\"icon\" href=\"/a/1/icon.svg\">\n\
             <link rel=\"preload\" as=\"fetch\" type=\"application/wasm\" href=\"/a/4/widget.wasm\" crossorigin>\
             <link rel=\"stylesheet\" href=\"/a/3/widget.css\"><script type=\"module\" src=\"/a/2/widget.js\"></script>\n</head>\n"
        );
    }

    #[test]
    fn two_sheets_of_one_name_are_refused() {
        let mut page =
            "<link rel=\"stylesheet\" href=\"./a.css\"><link rel=\"stylesheet\" href=\"./a.css\">".to_owned();
        assert!(take_sheets(&mut page).is_err());
    }

    #[test]
    fn the_end_of_a_longer_name_is_left_alone() {
        let names = BTreeMap::from([("a.svg".to_owned(), "/x".to_owned())]);
        assert_eq!(renamed("url(a.svg) 'media.svg' \"./a.svg\"", &names), "url(/x) 'media.svg' \"/x\"");
    }
}
