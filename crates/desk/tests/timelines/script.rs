//! Timelines as text: comments, settings, lines.

use std::fmt;

use model::{Millis, Timestamp};

/// Zero on the timelines' clock.
pub(crate) const ZERO: Timestamp = Timestamp(1_700_000_000_000);

#[derive(Default)]
pub(crate) struct Script {
    pub(crate) lines: Vec<Line>,
}

pub(crate) enum Line {
    /// A comment or an empty line, kept as it is.
    Text(String),
    /// `agents: ravi 2`.
    Setting(String, String),
    /// At this time somebody does something, and this is seen.
    Act { at: Timestamp, act: String, seen: Vec<String> },
}

impl Script {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut script = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let is_time = line.starts_with(|first: char| first.is_ascii_digit());
            if is_time {
                let (at, rest) = line.split_once("  ").ok_or(format!("line {number}: two spaces after the time"))?;
                let at = time(at).ok_or(format!("line {number}: {at} is no time"))?;
                let (act, seen) = rest.trim_start().split_once("  ").unwrap_or((rest.trim(), ""));
                let seen = Some(seen.trim()).filter(|seen| !seen.is_empty()).map(str::to_owned);
                script.lines.push(Line::Act { at, act: act.trim().to_owned(), seen: seen.into_iter().collect() });
            } else if line.starts_with(' ') {
                match script.lines.last_mut() {
                    Some(Line::Act { seen, .. }) => seen.push(line.trim().to_owned()),
                    _ => return Err(format!("line {number}: nothing to go on from")),
                }
            } else if let Some((name, value)) = line.split_once(": ").filter(|_| !line.starts_with('#')) {
                script.lines.push(Line::Setting(name.to_owned(), value.to_owned()));
            } else {
                script.lines.push(Line::Text(line.to_owned()));
            }
        }
        Ok(script)
    }
}

/// `MM:SS`, `MM:SS.mmm` or `H:MM:SS`.
pub(crate) fn time(text: &str) -> Option<Timestamp> {
    let (whole, millis) = text.split_once('.').unwrap_or((text, "0"));
    let mut seconds = 0u64;
    for part in whole.split(':') {
        seconds = seconds * 60 + part.parse::<u64>().ok()?;
    }
    let millis: u64 = format!("{millis:0<3}").parse().ok()?;
    Some(ZERO + Millis::seconds(seconds) + Millis(millis))
}

/// The time as a timeline writes it.
pub(crate) fn clock(at: Timestamp) -> String {
    let span = at.since(ZERO);
    let (seconds, millis) = (span.whole_seconds(), span.0 % 1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let hours = if hours > 0 { format!("{hours}:") } else { String::new() };
    let millis = if millis > 0 { format!(".{millis:03}") } else { String::new() };
    format!("{hours}{minutes:02}:{seconds:02}{millis}")
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width =
            self.lines.iter().map(|line| if let Line::Act { act, .. } = line { act.chars().count() } else { 0 });
        let width = width.max().unwrap_or(0) + 2;
        let times = self.lines.iter().map(|line| if let Line::Act { at, .. } = line { clock(*at).len() } else { 0 });
        let left = times.max().unwrap_or(0) + 2;
        for line in &self.lines {
            match line {
                Line::Text(text) => writeln!(f, "{text}")?,
                Line::Setting(name, value) => writeln!(f, "{name}: {value}")?,
                Line::Act { at, act, seen } => {
                    let mut seen = seen.iter();
                    let first = seen.next().map_or("", String::as_str);
                    writeln!(f, "{}", format!("{:left$}{act:width$}{first}", clock(*at)).trim_end())?;
                    for more in seen {
                        writeln!(f, "{:left$}{:width$}{more}", "", "")?;
                    }
                }
            }
        }
        Ok(())
    }
}
