//! A data folder with agents who are signed in. Hashing a password takes tens of milliseconds on purpose, so that is done once
//! for all loads of a run; sign-ins outlive a restart, so each load starts on a copy.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::task::JoinSet;

use crate::bench::Setup;
use crate::bench::process::{add_agent, relay, write_settings};
use crate::bench::socket::sign_in;

/// Of agents who exist for the length of a run.
pub(in crate::bench) const PASSWORD: &str = "correct horse battery";

/// How many people a load has.
#[derive(Clone, Copy)]
pub(in crate::bench) struct Crowd {
    pub(in crate::bench) agents: usize,
    pub(in crate::bench) windows_per_agent: usize,
    pub(in crate::bench) conversations_per_agent: usize,
}

/// An agent's sign-in.
pub(in crate::bench) struct SignedIn {
    pub(super) name: String,
    pub(in crate::bench) cookie: String,
}

/// A data folder to copy, and who is signed in there.
pub(in crate::bench) struct Template {
    folder: PathBuf,
    pub(in crate::bench) crowd: Crowd,
    pub(in crate::bench) agents: Vec<SignedIn>,
}

impl Template {
    /// Makes the agents and signs them in.
    ///
    /// # Errors
    /// Where the relay can't be started or refuses a sign-in.
    pub(in crate::bench) async fn make(setup: &Setup) -> Result<Self> {
        // A console may send 50 frames a second, and 20,000 messages a second need more than 400 windows.
        let agents = if setup.quick { 25 } else { 250 };
        Self::of(setup, "template", Crowd { agents, windows_per_agent: 2, conversations_per_agent: 4 }).await
    }

    /// Makes the agents of a crowd and signs them in, in a folder of this name.
    ///
    /// # Errors
    /// As [`Template::make`].
    pub(in crate::bench) async fn of(setup: &Setup, name: &str, crowd: Crowd) -> Result<Self> {
        let folder = setup.scratch.join(name);
        fs::create_dir_all(&folder)?;
        write_settings(setup, &folder, crate::bench::process::free_address()?)?;
        for agent in 0..crowd.agents {
            add_agent(&setup.relay, &folder, &agent_name(agent), PASSWORD, crowd.conversations_per_agent as u32)?;
        }
        let server = relay(setup, &folder, None)?;
        let mut signing_in = JoinSet::new();
        for agent in 0..crowd.agents {
            let address = server.address;
            signing_in.spawn(async move {
                let name = agent_name(agent);
                let cookie = sign_in(address, &name, PASSWORD).await.with_context(|| format!("signing {name} in"))?;
                anyhow::Ok(SignedIn { name, cookie })
            });
        }
        let agents = signing_in.join_all().await.into_iter().collect::<Result<Vec<_>>>()?;
        server.stop()?;
        Ok(Self { folder, crowd, agents })
    }

    /// Copies the data into another folder.
    pub(in crate::bench) fn copy_to(&self, folder: &Path) -> Result<()> {
        let data = folder.join("data");
        fs::create_dir_all(&data)?;
        for file in fs::read_dir(self.folder.join("data"))? {
            let file = file?;
            if file.file_type()?.is_file() {
                fs::copy(file.path(), data.join(file.file_name()))?;
            }
        }
        Ok(())
    }
}

fn agent_name(agent: usize) -> String {
    format!("agent{agent}")
}
