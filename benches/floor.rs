//! How far a scan is from the least that any such scan must do: `cargo bench --bench floor`.
//!
//! The floor reads the same files, parses the Markdown with pulldown-cmark and the shell, Python and JavaScript with
//! tree-sitter, and throws the trees away. Scan and floor take turns, on one thread; the ratio of the medians is printed.
//! `SKILLSCAN_BENCH` names the folder (default: `testdata`), `SKILLSCAN_ROUNDS` the number of rounds (default: 7).
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use skillscan::Scanner;
use skillscan::bundle::{self, BundlePath, Limits};
use skillscan::flow::{Budget, Models};
use skillscan::policy::{Config, Date, Policy};
use skillscan::rules::Ruleset;

fn main() {
    let folder = std::env::var_os("SKILLSCAN_BENCH")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"), PathBuf::from);
    let rounds = std::env::var("SKILLSCAN_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(7).max(1);
    let start = Instant::now();
    let scanner = Scanner {
        models: Models::builtin().unwrap(),
        rules: Ruleset::built_in().unwrap(),
        policy: Policy::new(Config::default(), None, None, None, Date::today()),
        limits: Limits::default(),
        budget: Budget::default(),
    };
    println!("start: {:.1?}", start.elapsed());
    let bundles = bundle::discover(&folder).unwrap();
    let mut files = Vec::new();
    for bundle in &bundles {
        let entries = walkdir::WalkDir::new(&bundle.path).follow_links(false).sort_by_file_name();
        files.extend(
            entries.into_iter().flatten().filter(|e| e.file_type().is_file()).map(walkdir::DirEntry::into_path),
        );
    }
    let (mut scans, mut floors) = (Vec::new(), Vec::new());
    // The first round warms the file cache and the allocator, and is not counted.
    for round in 0..=rounds {
        let (scan, floor) = (timed(|| scan(&scanner, &bundles)), timed(|| floor(&files)));
        if round > 0 {
            scans.push(scan.0);
            floors.push(floor.0);
        }
        if round == rounds {
            println!("{} bundles, {} files, {} bytes", bundles.len(), files.len(), floor.1);
        }
    }
    let (scan, floor) = (median(scans), median(floors));
    println!("scan {scan:.1?}, floor {floor:.1?}, scan ÷ floor = {:.2}", scan.as_secs_f64() / floor.as_secs_f64());
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let done = work();
    (start.elapsed(), done)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn scan(scanner: &Scanner, bundles: &[BundlePath]) {
    for bundle in bundles {
        black_box(scanner.scan(bundle));
    }
}

/// Reads and parses; the number of bytes.
fn floor(files: &[PathBuf]) -> usize {
    let mut total = 0;
    for file in files {
        let Ok(bytes) = std::fs::read(file) else { continue };
        total += bytes.len();
        let Ok(text) = std::str::from_utf8(&bytes) else { continue };
        let language = match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
            "md" | "mdc" => {
                black_box(pulldown_cmark::Parser::new_ext(text, pulldown_cmark::Options::all()).count());
                continue;
            }
            "sh" | "bash" | "zsh" => tree_sitter_bash::LANGUAGE,
            "py" => tree_sitter_python::LANGUAGE,
            "js" | "mjs" | "cjs" | "jsx" | "ts" => tree_sitter_javascript::LANGUAGE,
            _ => continue,
        };
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&language.into()).unwrap();
        black_box(parser.parse(text, None));
    }
    total
}
