//! A census of real bundles, for people: `SKILLSCAN_CORPORA=folder cargo test --test bundle_corpora -- --ignored --nocapture`.

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use skillscan::bundle::{FileKind, Limits, discover, read};
use skillscan::source::decode;

#[test]
#[ignore = "needs a folder of bundles in SKILLSCAN_CORPORA"]
fn census() {
    let root = std::env::var("SKILLSCAN_CORPORA").unwrap();
    let start = Instant::now();
    let found = discover(Path::new(&root)).unwrap();
    println!("{} bundles discovered in {:?}", found.len(), start.elapsed());
    let (mut kinds, mut formats, mut notices) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let (mut files, mut bytes, mut digest_time) = (0_usize, 0_usize, std::time::Duration::ZERO);
    let start = Instant::now();
    for path in &found {
        let bundle = read(path, &Limits::default());
        for file in &bundle.files {
            files += 1;
            bytes += file.bytes.len();
            *kinds.entry(file.kind).or_insert(0) += 1;
            let extension = file.path.rsplit(['.', '/']).next().unwrap_or_default().to_owned();
            *formats.entry((file.kind, file.format(), extension)).or_insert(0) += 1;
            if file.kind == FileKind::Text {
                let decoded = decode(&file.bytes);
                if decoded.replaced > 0 || decoded.guessed {
                    println!("{}/{}: {:?}, {} replaced", bundle.shown, file.path, decoded.encoding, decoded.replaced);
                }
            }
        }
        for notice in &bundle.notices {
            *notices.entry((notice.kind, notice.incomplete)).or_insert(0) += 1;
        }
        let before = Instant::now();
        let _ = bundle.digest();
        digest_time += before.elapsed();
    }
    println!("{files} files, {bytes} bytes in {:?}, digests {digest_time:?}", start.elapsed());
    println!("{kinds:#?}");
    for ((kind, format, extension), number) in formats {
        println!("{number:6} {kind:?} {format} .{extension}");
    }
    println!("{notices:?}");
    if std::env::var_os("SKILLSCAN_LIST").is_some() {
        for path in &found {
            println!("BUNDLE {}", path.shown);
        }
    }
}
