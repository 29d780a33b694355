//! The table of the fault suite: what was tried, what survived, what was lost.
//!
//! Each test has a [`Ledger`] of its own, which prints its rows and leaves them in `target/faults/`, where `cargo xtask
//! test` finds them for the whole table. A row that lost anything fails the test, after all rows were printed.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

/// A kind of fault in one place.
struct Row {
    fault: String,
    place: String,
    tried: u32,
    survived: u32,
    lost: Vec<String>,
}

/// The rows of a test.
pub struct Ledger {
    name: String,
    begun: Instant,
    rows: Vec<Row>,
}

impl Ledger {
    /// The rows of the test with a name.
    pub fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            begun: Instant::now(),
            rows: Vec::new(),
        }
    }

    /// Notes a fault that was tried, and what was lost by it.
    pub fn note(&mut self, fault: &str, place: &str, lost: Vec<String>) {
        let at = self
            .rows
            .iter()
            .position(|row| row.fault == fault && row.place == place);
        let at = at.unwrap_or_else(|| {
            self.rows.push(Row {
                fault: fault.to_owned(),
                place: place.to_owned(),
                tried: 0,
                survived: 0,
                lost: Vec::new(),
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        row.tried += 1;
        row.survived += u32::from(lost.is_empty());
        row.lost.extend(lost);
    }

    /// Prints the rows and how long they took, and fails if anything was lost, or nothing tried.
    ///
    /// # Errors
    /// Something was lost; the file cannot be written.
    pub fn close(self) -> Result<()> {
        let mut text = String::new();
        let mut lost = Vec::new();
        for row in &self.rows {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{:<28} {:<64} {:>5} {:>8}  {}",
                row.fault,
                row.place,
                row.tried,
                row.survived,
                if row.lost.is_empty() {
                    "nothing".to_owned()
                } else {
                    row.lost.join("; ")
                }
            );
            lost.extend(
                row.lost
                    .iter()
                    .map(|what| format!("{}, {}: {what}", row.fault, row.place)),
            );
        }
        println!(
            "\n{:<28} {:<64} {:>5} {:>8}  lost\n{text}{}: {} s",
            "fault",
            "where",
            "tried",
            "survived",
            self.name,
            self.begun.elapsed().as_secs()
        );
        let folder = folder();
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{}.txt", self.name)), &text).context("the table")?;
        ensure!(!self.rows.is_empty(), "nothing was tried");
        ensure!(lost.is_empty(), "lost:\n  {}", lost.join("\n  "));
        Ok(())
    }
}

fn folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target"),
        PathBuf::from,
    );
    target.join("faults")
}
