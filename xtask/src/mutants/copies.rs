//! A copy of the checkout in which each function carries its changed bodies.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use super::listed::{Mutant, PACKAGES, Place};
use crate::{run, workspace::Workspace};

/// Names the mutant to a test program.
pub(super) const CHOICE: &str = "REJOIN_MUTANT";

/// What a changed crate asks, appended to its `lib.rs`.
const CHOOSE: &str = "
pub(crate) fn chosen_mutant() -> usize {
    static CHOSEN: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *CHOSEN.get_or_init(|| std::env::var(\"REJOIN_MUTANT\").ok().and_then(|name| name.parse().ok()).unwrap_or_default())
}
";

/// A function that asks which mutant is chosen can't be const. As long as before, so that places stay.
const CONST_FN: &str = "const fn ";
const PLAIN_FN: &str = "/**/  fn ";

/// The copy, and what became of the mutants in it.
pub(super) struct Copies {
    tree: PathBuf,
    /// Every source file as it is.
    sources: BTreeMap<String, String>,
    numbers: BTreeMap<String, usize>,
    unviable: BTreeSet<String>,
    alone: BTreeSet<String>,
    /// Which lines of the copy belong to which mutant (by key) or to a function that carries some.
    lines: BTreeMap<String, Vec<Lines>>,
}

struct Lines {
    first: usize,
    last: usize,
    mutants: Vec<String>,
    is_one: bool,
}

impl Copies {
    /// Copies what git knows, as it is now.
    pub(super) fn new(workspace: &Workspace, tree: PathBuf) -> Result<Self> {
        let mut command = Command::new("git");
        command.current_dir(workspace.root()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let output = run::quietly(&mut command, "the files of the checkout can't be listed")?;
        let (mut sources, mut kept) = (BTreeMap::new(), BTreeSet::new());
        for name in String::from_utf8_lossy(&output.stdout).split('\0').filter(|name| !name.is_empty()) {
            // A file that was removed but not yet forgotten by git is not there.
            let Ok(content) = fs::read(workspace.root().join(name)) else { continue };
            kept.insert(tree.join(name));
            let is_changed = PACKAGES.iter().any(|package| name.starts_with(&format!("{}/src/", folder(package))));
            if let (true, Ok(text)) = (is_changed, std::str::from_utf8(&content)) {
                sources.insert(name.to_owned(), text.replace(CONST_FN, PLAIN_FN));
            } else {
                write_if_other(&tree.join(name), &content)?;
            }
        }
        remove_others(&tree, &kept)?;
        Ok(Self {
            tree,
            sources,
            numbers: BTreeMap::new(),
            unviable: BTreeSet::new(),
            alone: BTreeSet::new(),
            lines: BTreeMap::new(),
        })
    }

    /// The top of the copy.
    pub(super) fn tree(&self) -> &Path {
        &self.tree
    }

    /// What a test program is told to choose a mutant.
    pub(super) fn number(&self, mutant: &Mutant) -> usize {
        self.numbers.get(&mutant.key).copied().unwrap_or_default()
    }

    /// Whether it doesn't compile.
    pub(super) fn is_unviable(&self, mutant: &Mutant) -> bool {
        self.unviable.contains(&mutant.key)
    }

    /// Whether it can't be chosen at run time.
    pub(super) fn is_alone(&self, mutant: &Mutant) -> bool {
        self.alone.contains(&mutant.key)
    }

    /// Writes the copy's sources: with all mutants that can be chosen, or with one of the others in its place.
    pub(super) fn write(&mut self, mutants: &[&Mutant], alone: Option<&Mutant>) -> Result<()> {
        for (number, mutant) in mutants.iter().enumerate() {
            self.numbers.entry(mutant.key.clone()).or_insert(number + 1);
            if !is_choosable(mutant, &self.sources[&mutant.file]) {
                self.alone.insert(mutant.key.clone());
            }
        }
        self.lines.clear();
        let names: Vec<String> = self.sources.keys().cloned().collect();
        for name in names {
            let of_file = |mutant: &&&Mutant| mutant.file == name;
            let chosen: Vec<&Mutant> = mutants
                .iter()
                .filter(of_file)
                .copied()
                .filter(|mutant| !self.is_unviable(mutant) && !self.is_alone(mutant))
                .collect();
            let mut text = self.with_bodies(&name, &chosen, alone.filter(|mutant| mutant.file == name));
            if PACKAGES.iter().any(|package| name == format!("{}/src/lib.rs", folder(package))) {
                text.push_str(CHOOSE);
            }
            write_if_other(&self.tree.join(&name), text.as_bytes())?;
        }
        Ok(())
    }

    fn with_bodies(&mut self, name: &str, chosen: &[&Mutant], alone: Option<&Mutant>) -> String {
        let source = &self.sources[name];
        let mut functions: BTreeMap<usize, (usize, Vec<&Mutant>)> = BTreeMap::new();
        for mutant in chosen {
            if let Some((from, to)) = body(mutant, source) {
                functions.entry(from).or_insert((to, Vec::new())).1.push(mutant);
            }
        }
        let mut edits: Vec<(usize, usize, Option<Vec<&Mutant>>)> =
            functions.into_iter().map(|(from, (to, mutants))| (from, to, Some(mutants))).collect();
        if let Some(mutant) = alone {
            let (from, to) = (offset(source, mutant.from), offset(source, mutant.to));
            edits.retain(|edit| edit.1 <= from || to <= edit.0);
            edits.push((from, to, None));
            edits.sort_by_key(|edit| edit.0);
        }
        let (mut text, mut at, mut lines) = (String::new(), 0, Vec::new());
        for (from, to, mutants) in edits {
            // One function in another: the outer carries none of the inner's.
            if from < at {
                continue;
            }
            text.push_str(&source[at..from]);
            match (mutants, alone) {
                (Some(mutants), _) => self.push_bodies(&mut text, source, (from, to), &mutants, &mut lines),
                (None, Some(mutant)) => text.push_str(&mutant.replacement),
                (None, None) => {}
            }
            at = to;
        }
        text.push_str(&source[at..]);
        self.lines.insert(name.to_owned(), lines);
        text
    }

    fn push_bodies(
        &self,
        text: &mut String,
        source: &str,
        (from, to): (usize, usize),
        mutants: &[&Mutant],
        lines: &mut Vec<Lines>,
    ) {
        let first = text.lines().count();
        text.push_str(" match crate::chosen_mutant() {\n");
        for mutant in mutants {
            let (start, end) = (offset(source, mutant.from), offset(source, mutant.to));
            let begins = text.lines().count();
            let body = [&source[from..start], &mutant.replacement, &source[end..to]].concat();
            write!(text, "{} => {{\n{body}\n}}\n", self.number(mutant)).expect("invariant: a string takes any text");
            let last = text.lines().count();
            lines.push(Lines { first: begins + 1, last, mutants: vec![mutant.key.clone()], is_one: true });
        }
        write!(text, "_ => {{\n{}\n}}\n}}\n", &source[from..to]).expect("invariant: a string takes any text");
        let mutants = mutants.iter().map(|mutant| mutant.key.clone()).collect();
        lines.push(Lines { first, last: text.lines().count(), mutants, is_one: false });
    }

    /// Takes out what is to blame for an error at a line. No means that no mutant is.
    pub(super) fn blame(&mut self, file: &str, line: usize) -> bool {
        let Some(lines) = self.lines.get(file) else { return false };
        let Some(found) = lines.iter().find(|lines| (lines.first..=lines.last).contains(&line)) else { return false };
        let kept = if found.is_one { &mut self.unviable } else { &mut self.alone };
        kept.extend(found.mutants.iter().cloned());
        true
    }
}

fn folder(package: &str) -> String {
    package.replace("rejoin-", "crates/")
}

/// Whether its function has a body that can stand beside another: not where it returns a type without a name.
fn is_choosable(mutant: &Mutant, source: &str) -> bool {
    let (Some((_, start, _)), Some((body, _))) = (&mutant.function, body(mutant, source)) else { return false };
    let head = &source[offset(source, *start)..body];
    let signature = head.rfind("fn ").map_or(head, |at| &head[at..]);
    !signature.split_once("->").is_some_and(|(_, returned)| returned.contains("impl "))
}

/// The text between the braces of the function that a mutant is in.
fn body(mutant: &Mutant, source: &str) -> Option<(usize, usize)> {
    let (name, start, end) = mutant.function.as_ref()?;
    let (start, end) = (offset(source, *start), offset(source, *end));
    let name = name.rsplit("::").next()?;
    // The head begins where `fn name` does: attributes and documentation may hold braces.
    let head = source[start..end].find(&format!("fn {name}"))? + start;
    let mut depth = 0_i32;
    let open = source[head..end].char_indices().find(|(_, sign)| {
        depth += match sign {
            '(' | '[' => 1,
            ')' | ']' => -1,
            _ => 0,
        };
        *sign == '{' && depth == 0
    })?;
    let (from, to) = (head + open.0 + 1, source[..end].rfind('}')?);
    let holds = from <= offset(source, mutant.from) && offset(source, mutant.to) <= to;
    holds.then_some((from, to))
}

fn offset(source: &str, (line, column): Place) -> usize {
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    source[start..].char_indices().nth(column - 1).map_or(source.len(), |(at, _)| start + at)
}

/// What an earlier copy had and the checkout has no more.
fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("{} can't be removed", path.display()))?;
        }
    }
    Ok(())
}

/// Cargo compiles again what was written, so the same is not written twice.
fn write_if_other(file: &Path, content: &[u8]) -> Result<()> {
    if fs::read(file).is_ok_and(|old| old == content) {
        return Ok(());
    }
    let folder = file.parent().context("a file has a folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, content))
        .with_context(|| format!("{} can't be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "crates/desk/src/a.rs";
    const SOURCE: &str = "/// Not {this}.\nfn f(Pair { a, b }: Pair) -> bool {\n    a == b\n}\n";

    fn mutant(from: Place, to: Place, replacement: &str) -> Mutant {
        Mutant {
            name: replacement.to_owned(),
            key: replacement.to_owned(),
            package: "rejoin-desk".to_owned(),
            file: FILE.to_owned(),
            function: Some(("f".to_owned(), (1, 1), (4, 2))),
            from,
            to,
            replacement: replacement.to_owned(),
        }
    }

    fn copies(folder: &Path, source: &str) -> Copies {
        Copies {
            tree: folder.to_path_buf(),
            sources: [(FILE.to_owned(), source.to_owned())].into(),
            numbers: BTreeMap::new(),
            unviable: BTreeSet::new(),
            alone: BTreeSet::new(),
            lines: BTreeMap::new(),
        }
    }

    #[test]
    fn a_function_carries_its_changed_bodies_and_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let mut copies = copies(folder.path(), SOURCE);
        let (value, operator) = (mutant((3, 5), (3, 11), "true"), mutant((3, 7), (3, 9), "!="));
        copies.write(&[&value, &operator], None).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            words,
            "/// Not {this}. fn f(Pair { a, b }: Pair) -> bool { match crate::chosen_mutant() { \
             1 => { true } 2 => { a != b } _ => { a == b } } }"
        );
        let line = text.lines().position(|line| line.contains("!=")).unwrap() + 1;
        assert!(copies.blame(FILE, line), "the error is in a changed body");
        assert!(copies.is_unviable(&operator) && !copies.is_unviable(&value));
        assert!(!copies.blame(FILE, 1), "the error is in none");
    }

    #[test]
    fn an_error_in_the_body_as_it_was_sets_all_of_its_mutants_apart() {
        let folder = tempfile::tempdir().unwrap();
        let mut copies = copies(folder.path(), SOURCE);
        let operator = mutant((3, 7), (3, 9), "!=");
        copies.write(&[&operator], None).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        let line = text.lines().position(|line| line.contains("a == b")).unwrap() + 1;
        assert!(copies.blame(FILE, line) && copies.is_alone(&operator));
        copies.write(&[], Some(&operator)).unwrap();
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(text, SOURCE.replace("==", "!="));
    }

    #[test]
    fn a_type_without_a_name_is_returned_by_one_body_only() {
        let folder = tempfile::tempdir().unwrap();
        let source = SOURCE.replace("bool", "impl Fn");
        let mut copies = copies(folder.path(), &source);
        let operator = mutant((3, 7), (3, 9), "!=");
        copies.write(&[&operator], None).unwrap();
        assert!(copies.is_alone(&operator));
        assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), source);
    }
}
