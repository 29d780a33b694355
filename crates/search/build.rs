//! Packs the standard library's table of lower-case letters: 1,400 pairs there, and 12 kB of a browser's program, are
//! some 150 runs here.
//!
//! It must never differ from what `char::to_lowercase` says where press runs (`src/lower.rs` is tested against it).

use std::fmt::Write as _;
use std::path::Path;

/// Letters that have a lower-case letter each, `step` apart, `by` away from it.
struct Run {
    first: u32,
    last: u32,
    step: u32,
    by: i64,
}

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut runs: Vec<Run> = Vec::new();
    for letter in (0x80..=char::MAX as u32).filter_map(char::from_u32) {
        let mut lower = letter.to_lowercase();
        let (Some(one), None) = (lower.next(), lower.next()) else {
            continue;
        };
        let (code, by) = (
            u32::from(letter),
            i64::from(u32::from(one)) - i64::from(u32::from(letter)),
        );
        if by == 0 {
            continue;
        }
        match runs.last_mut() {
            Some(run)
                if run.by == by
                    && (code - run.last == run.step
                        || (run.first == run.last && code - run.last < 3)) =>
            {
                run.step = code - run.last;
                run.last = code;
            }
            _ => runs.push(Run {
                first: code,
                last: code,
                step: 1,
                by,
            }),
        }
    }
    let mut text = String::from("[");
    for Run {
        first,
        last,
        step,
        by,
    } in &runs
    {
        let _ = writeln!(text, "({first}, {}, {step}, {by}),", last - first);
    }
    text.push(']');
    let folder = std::env::var_os("OUT_DIR").unwrap_or_default();
    std::fs::write(Path::new(&folder).join("lower.rs"), text)
}
