//! A data folder on a file system that is really full, and that has space again later.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use model::{SendKey, Seq};
use wire::{CanResume, CustomerEvent, RefusalCode, RelayToConsole, RelayToCustomer, Request};

use crate::support::{Customer, PATIENCE, Place, Server, key, token};

/// A small file system in memory.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts one; `None` where this process may not.
    fn mount(at: &Path) -> Option<Self> {
        std::fs::create_dir(at).unwrap();
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"]).arg(at).output();
        mount.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }

    /// Takes all space that is left.
    fn fill(&self) {
        let mut ballast = File::options().append(true).create(true).open(self.0.join("ballast")).unwrap();
        while ballast.write_all(&[1; 4_096]).is_ok() {}
    }

    fn give_space(&self) {
        std::fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Detached at once even if something of it is still open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// The words of message `number`: long, so that few of them find the end of the disk.
fn words(number: u8) -> String {
    format!("{number:03} {}", "long ".repeat(300))
}

/// What came of a send: its position, or why not.
async fn sent(mia: &mut Customer, key: SendKey) -> Result<Seq, RefusalCode> {
    mia.until(|frame| match frame {
        RelayToCustomer::Accepted { key: of, seq } if *of == key => Some(Ok(*seq)),
        RelayToCustomer::NotAccepted { key: of, refusal } if *of == key => Some(Err(refusal.code)),
        _ => None,
    })
    .await
}

/// Waits until `/readyz` answers so.
async fn readiness(server: &Server, status: u16) -> String {
    let began = Instant::now();
    loop {
        let answer = server.get("/readyz");
        if answer.status == status {
            return answer.body;
        }
        assert!(began.elapsed() < PATIENCE, "still {}: {}", answer.status, answer.body);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// All words of the conversation, as somebody reads them who comes back and has seen nothing.
async fn read_again(server: &Server, last: Seq) -> (Customer, Vec<String>) {
    let mut mia = server.customer(Some((token(1), Seq::START))).await;
    let RelayToCustomer::Welcome(welcome) = mia.next().await.unwrap() else { panic!("a welcome comes first") };
    assert_eq!(welcome.resume, CanResume::Yes);
    let entries = mia.entries_until(last).await;
    let said = entries.into_iter().filter_map(|entry| match entry.event {
        CustomerEvent::Mine { text, .. } => Some(text.as_str().to_owned()),
        _ => None,
    });
    (mia, said.collect())
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "a test that can't run says so")]
async fn a_full_disk_makes_it_read_only_and_space_makes_it_well() {
    let place = Place::new();
    let Some(disk) = SmallDisk::mount(&place.path().join("data")) else {
        println!("skipped: the relay on a full disk: a file system can't be mounted here (root may)");
        return;
    };
    place.add_agent("ravi", "Ravi");
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let mut mia = server.customer(None).await;
    mia.start(1, &words(1)).await;
    let conversation = ravi.offered().await;
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    assert_eq!(server.get("/readyz").status, 200);

    disk.fill();
    let mut accepted = vec![words(1)];
    let mut last = Seq(2);
    let mut number = 2;
    let refusal = loop {
        mia.say(number, &words(number)).await;
        match sent(&mut mia, key(number)).await {
            Ok(seq) => {
                accepted.push(words(number));
                last = seq;
            }
            Err(refusal) => break refusal,
        }
        number += 1;
        assert!(number < 18, "the disk never was full");
    };
    assert!(matches!(refusal, RefusalCode::NotKnownToBeSaved | RefusalCode::ReadOnly), "{refusal:?}");
    let body = readiness(&server, 503).await;
    assert!(body.contains("/problems/read-only") && body.contains("The disk is full"), "{body}");
    // Another sender hears the same, and what was accepted is there to read, for both sides.
    let (mut again, read) = read_again(&server, last).await;
    assert_eq!(read, accepted);
    again.say(99, "nobody will read this").await;
    assert_eq!(sent(&mut again, key(99)).await, Err(RefusalCode::ReadOnly));
    let entries = ravi.entries(conversation, Seq::START).await;
    assert!(entries.len() > accepted.len(), "the agent reads all of it");

    // Space returns, and nobody has to do anything else: the same key is tried again until it is taken.
    disk.give_space();
    readiness(&server, 200).await;
    mia.say(number, &words(number)).await;
    last = sent(&mut mia, key(number)).await.expect("there is space");
    accepted.push(words(number));
    let (_, read) = read_again(&server, last).await;
    assert_eq!(read, accepted, "each once, and in order");
    ravi.until(|frame| match frame {
        RelayToConsole::Desk(desk) => desk.mine.iter().any(|card| card.conversation == conversation).then_some(()),
        _ => None,
    })
    .await;

    // The same after a power cut.
    server.kill();
    let server = place.serve();
    assert_eq!(read_again(&server, last).await.1, accepted);
    server.kill();

    // A start without any space says so in one sentence, and harms nothing.
    disk.fill();
    let output = place.run(&["serve", "--listen", "127.0.0.1:0"], "");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("full"), "{said}");
    disk.give_space();
    let server = place.serve();
    assert_eq!(read_again(&server, last).await.1, accepted);
}
