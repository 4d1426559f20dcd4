//! Short names between a module and its glue. wasm-bindgen's are long and hold hashes, which no compressor makes small: the
//! minifier shortens them in the script, and this file does the same in the module.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, bail, ensure};

/// Properties with such names are wasm-bindgen's own: nothing else in a bundle is called so.
pub(super) const OWN_NAMES: &str = "^(__wb|__externref|wasm_bindgen_)";

/// `\0asm` and the version.
const HEADER_BYTES: usize = 8;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// The module with its imports and exports renamed; what `names` doesn't name keeps its name.
pub(super) fn renamed(module: &[u8], names: &BTreeMap<String, String>) -> Result<Vec<u8>> {
    let mut from = Reader { rest: module.get(HEADER_BYTES..).context("a module has a header")? };
    let mut to = module[..HEADER_BYTES].to_vec();
    while !from.rest.is_empty() {
        let section = from.byte()?;
        let length = from.number()?;
        let mut body = Reader { rest: from.take(length)? };
        let body = match section {
            IMPORTS => entries(&mut body, names, import)?,
            EXPORTS => entries(&mut body, names, export)?,
            _ => body.rest.to_vec(),
        };
        to.push(section);
        put_number(&mut to, body.len());
        to.extend(body);
    }
    Ok(to)
}

/// Reads one entry: the bytes before its name, the name, the bytes after it.
type Entry = for<'a> fn(&mut Reader<'a>) -> Result<(&'a [u8], &'a str, &'a [u8])>;

fn entries(body: &mut Reader, names: &BTreeMap<String, String>, entry: Entry) -> Result<Vec<u8>> {
    let count = body.number()?;
    let mut to = Vec::new();
    put_number(&mut to, count);
    let mut taken = BTreeSet::new();
    for _ in 0..count {
        let (before, name, after) = entry(body)?;
        let name = names.get(name).map_or(name, String::as_str);
        ensure!(taken.insert((before, name.to_owned())), "two things of the module would be called {name}");
        to.extend(before);
        put_number(&mut to, name.len());
        to.extend(name.as_bytes());
        to.extend(after);
    }
    ensure!(body.rest.is_empty(), "a section of the module is longer than its entries");
    Ok(to)
}

/// Module, name, and what it is: a function's type, a table, a memory or a global.
fn import<'a>(from: &mut Reader<'a>) -> Result<(&'a [u8], &'a str, &'a [u8])> {
    let before = from.rest;
    from.name()?;
    let before = &before[..before.len() - from.rest.len()];
    let name = from.name()?;
    let after = from.rest;
    match from.byte()? {
        0 => drop(from.number()?),
        1 => {
            from.byte()?;
            from.limits()?;
        }
        2 => from.limits()?,
        3 => drop(from.take(2)?),
        kind => bail!("the module imports something of the unknown kind {kind}"),
    }
    Ok((before, name, &after[..after.len() - from.rest.len()]))
}

/// Name, kind, index.
fn export<'a>(from: &mut Reader<'a>) -> Result<(&'a [u8], &'a str, &'a [u8])> {
    let name = from.name()?;
    let after = from.rest;
    from.byte()?;
    from.number()?;
    Ok((&[], name, &after[..after.len() - from.rest.len()]))
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count).context("the module ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number in the module is too long")
    }

    fn name(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).context("a name in the module is not UTF-8")
    }

    fn limits(&mut self) -> Result<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }
}

fn put_number(to: &mut Vec<u8>, mut number: usize) {
    loop {
        let bits = u8::try_from(number & 0x7f).expect("invariant: seven bits fit");
        number >>= 7;
        if number == 0 {
            to.push(bits);
            return;
        }
        to.push(bits | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(import "m" "<name>" (func)) (import "m" "memory" (memory 1 2)) (export "<name>" (func 0))`, and a section that
    /// nobody reads.
    fn module(name: &str) -> Vec<u8> {
        let named = |text: &str| [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        let section = |number: u8, body: Vec<u8>| [vec![number, u8::try_from(body.len()).unwrap()], body].concat();
        let imports = [&[2][..], &named("m"), &named(name), &[0, 0], &named("m"), &named("memory"), &[2, 1, 1, 2]];
        let exports = [&[1][..], &named(name), &[0, 0]];
        let parts = [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, vec![1, 0x60, 0, 0]),
            section(IMPORTS, imports.concat()),
            section(EXPORTS, exports.concat()),
            section(0, named("kept")),
        ];
        parts.concat()
    }

    #[test]
    fn imports_and_exports_get_the_names_that_the_script_has() {
        let names = BTreeMap::from([("__wbg_long_0123456789".to_owned(), "a".to_owned())]);
        assert_eq!(renamed(&module("__wbg_long_0123456789"), &names).unwrap(), module("a"));
        assert_eq!(renamed(&module("other"), &names).unwrap(), module("other"));
    }

    #[test]
    fn two_things_never_get_one_name() {
        let names = BTreeMap::from([("long".to_owned(), "memory".to_owned())]);
        let error = renamed(&module("long"), &names).unwrap_err();
        assert_eq!(error.to_string(), "two things of the module would be called memory");
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(renamed(b"\0asm", &BTreeMap::new()).is_err());
        let whole = module("a");
        assert!(renamed(&whole[..whole.len() - 1], &BTreeMap::new()).is_err());
    }

    #[test]
    fn numbers_are_as_long_as_they_have_to_be() {
        for number in [0, 1, 127, 128, 300, 70_000] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            assert_eq!(Reader { rest: &bytes }.number().unwrap(), number);
        }
    }
}
