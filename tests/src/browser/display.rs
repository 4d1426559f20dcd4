//! A screen that nobody looks at, for a browser that has no headless mode.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};

/// An X server without a screen, ended when the value goes.
pub(super) struct Display {
    process: Child,
    name: String,
}

impl Display {
    /// Starts one under the first number that is free.
    pub(super) fn start() -> Result<Self> {
        let mut process = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb can't be started; `cargo xtask test` installs it")?;
        let mut number = String::new();
        let stdout = process.stdout.take().context("a child has an output")?;
        let mut display = Self { process, name: String::new() };
        BufReader::new(stdout).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb ended without a display");
        display.name = format!(":{}", number.trim());
        Ok(display)
    }

    /// As `DISPLAY` wants it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
