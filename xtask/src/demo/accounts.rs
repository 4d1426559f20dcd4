//! The people of the demo. Their passwords are made up once for each data folder, so that no two machines share one.

use std::{
    fs::{self, File},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::say;

/// Somebody who can sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// The sign-in name.
    pub name: String,
    /// Made up.
    pub password: String,
    /// What they may do.
    pub role: String,
}

const PEOPLE: [(&str, &str, &str); 4] =
    [("ravi", "Ravi", "agent"), ("sofia", "Sofia", "agent"), ("maya", "Maya", "supervisor"), ("ada", "Ada", "admin")];

/// No letters that are mistaken for others.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Makes the accounts by the relay's own command, unless this data folder has them.
pub(super) fn ready(binary: &Path, settings: &Path) -> Result<Vec<Account>> {
    let list = settings.with_file_name("accounts");
    if let Ok(text) = fs::read_to_string(&list) {
        return Ok(parse(&text));
    }
    let step = say::step("making the demo accounts", None);
    let mut accounts = Vec::new();
    for (name, shown, role) in PEOPLE {
        let account =
            Account { name: name.to_owned(), password: format!("{name}-{}", letters(8)?), role: role.to_owned() };
        add(binary, settings, &account, shown)?;
        accounts.push(account);
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&list)
        .with_context(|| format!("{} can't be written", list.display()))?;
    for account in &accounts {
        writeln!(file, "{} {} {}", account.name, account.password, account.role)?;
    }
    step.done("");
    Ok(accounts)
}

/// A password goes over standard input: the arguments of a process are everybody's to read.
fn add(binary: &Path, settings: &Path, account: &Account, shown: &str) -> Result<()> {
    let mut child = Command::new(binary)
        .args(["agent", "add", &account.name, "--display-name", shown, "--role", &account.role])
        .args(["--queue", "support", "--capacity", "3", "--password-stdin", "--settings"])
        .arg(settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("the relay can't be started")?;
    let mut stdin = child.stdin.take().context("a child has an input")?;
    stdin.write_all(account.password.as_bytes()).context("the relay took no password")?;
    drop(stdin);
    if child.wait()?.success() { Ok(()) } else { bail!("the account {} couldn't be made", account.name) }
}

fn parse(text: &str) -> Vec<Account> {
    text.lines()
        .filter_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [name, password, role] => {
                Some(Account { name: name.to_owned(), password: password.to_owned(), role: role.to_owned() })
            }
            _ => None,
        })
        .collect()
}

fn letters(count: usize) -> Result<String> {
    let mut bytes = vec![0; count];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .context("/dev/urandom can't be read")?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}
