//! What a bundle hides and where: `testdata/evasions/E51…E70`, made by `testdata/generate/evasions_bundle.py`. And: a
//! bundle has the same findings as a folder, as a zip and as a tar.gz.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Verdict, and the rule, gate, path and line of every finding.
type Answer = (String, BTreeSet<(String, String, String, u64)>);

fn scan(bundles: &[PathBuf]) -> BTreeMap<PathBuf, Answer> {
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--format", "ndjson", "--fail-on", "never"])
        .args(bundles)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers = text.lines().map(|line| {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        let findings = answer["findings"].as_array().unwrap().iter().map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            (text("rule"), text("gate"), text("path"), finding["line"].as_u64().unwrap_or_default())
        });
        let verdict = answer["verdict"].as_str().unwrap().to_owned();
        (PathBuf::from(answer["bundle"].as_str().unwrap()), (verdict, findings.collect()))
    });
    answers.collect()
}

/// The rules that fired and count for the verdict.
fn rules(answer: &Answer) -> BTreeSet<&str> {
    answer.1.iter().filter(|(_, gate, ..)| gate != "note").map(|(rule, ..)| rule.as_str()).collect()
}

/// What the plain form has and the evaded one has not. The senses of words say a second time what a directive says outright.
fn unseen<'a>(plain: &BTreeSet<&'a str>, evaded: &BTreeSet<&str>) -> Vec<&'a str> {
    let is_said = |rule: &str| rule == "data-carried-off" && evaded.contains("agent-told-to-send-secrets");
    plain.iter().copied().filter(|rule| !evaded.contains(rule) && !is_said(rule)).collect()
}

/// The folders of `testdata/evasions` that belong here.
fn cases() -> Vec<PathBuf> {
    let all = fs::read_dir("testdata/evasions").unwrap().map(|entry| entry.unwrap().path());
    let is_ours = |path: &PathBuf| {
        let number = path.file_name().unwrap().to_str().unwrap().get(1..3).and_then(|number| number.parse().ok());
        number.is_some_and(|number: u32| number > 50)
    };
    let mut cases: Vec<PathBuf> = all.filter(is_ours).collect();
    cases.sort();
    cases
}

/// The bundle of a case: a folder or an archive.
fn part(case: &Path, name: &str) -> Option<PathBuf> {
    ["", ".zip", ".tar.gz"].into_iter().map(|end| case.join(format!("{name}{end}"))).find(|path| path.exists())
}

#[test]
fn what_is_hidden_is_found_and_its_twin_is_not() {
    let cases = cases();
    let parts = cases.iter().flat_map(|case| ["plain", "evaded", "twin"].map(|name| part(case, name)));
    let answers = scan(&parts.flatten().collect::<Vec<_>>());
    let mut wrong = Vec::new();
    for case in &cases {
        let answer = |name: &str| part(case, name).and_then(|path| answers.get(&path));
        let expect = fs::read_to_string(case.join("expect")).unwrap();
        let mut expect = expect.lines();
        let (verdict, instead) =
            (expect.next().unwrap(), expect.next().and_then(|line| line.strip_prefix("instead: ")));
        let evaded = answer("evaded").unwrap();
        if evaded.0 != verdict {
            wrong.push(format!("{}: {}, not {verdict}: {:?}", case.display(), evaded.0, rules(evaded)));
        }
        // Hidden behaviour shows as what it is, or another rule says that it cannot be seen.
        match (instead, answer("plain")) {
            (Some(rule), _) if !rules(evaded).contains(rule) => {
                wrong.push(format!("{}: no {rule}: {:?}", case.display(), rules(evaded)));
            }
            (None, Some(plain)) if !unseen(&rules(plain), &rules(evaded)).is_empty() => {
                let missing = unseen(&rules(plain), &rules(evaded));
                wrong.push(format!("{}: not seen when hidden: {missing:?}", case.display()));
            }
            _ => {}
        }
        if let Some(plain) = answer("plain").filter(|plain| plain.0 == "pass") {
            wrong.push(format!("{}: the plain form passes: {:?}", case.display(), rules(plain)));
        }
        if let Some(twin) = answer("twin").filter(|twin| twin.0 != "pass") {
            wrong.push(format!("{}: the twin is {}: {:?}", case.display(), twin.0, rules(twin)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() > 20, "the fixtures are there");
}

/// The four ways past the scanners of public registries that were published: each is blocked.
#[test]
fn published_bypasses_are_blocked() {
    let names =
        ["E53-padding", "E61-bytecode-of-another-source", "E55-office-archive", "E66-registry-redirect-with-a-story"];
    let bundles: Vec<PathBuf> =
        names.iter().map(|name| Path::new("testdata/evasions").join(name).join("evaded")).collect();
    for (bundle, answer) in scan(&bundles) {
        assert_eq!(answer.0, "block", "{}", bundle.display());
    }
}

#[test]
fn a_bundle_is_the_same_packed_or_not() {
    let mut folders = Vec::new();
    for root in ["testdata/verdicts", "testdata/samples"] {
        folders.extend(fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()));
    }
    folders.extend(cases().iter().flat_map(|case| ["plain", "evaded", "twin"].map(|name| case.join(name))));
    folders.retain(|folder| folder.is_dir());
    folders.sort();
    let packed = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (number, folder) in folders.iter().enumerate() {
        let mut files = Vec::new();
        collect(folder, folder, &mut files);
        let root = folder.file_name().unwrap().to_str().unwrap();
        let zip = packed.path().join(format!("{number}.zip"));
        fs::write(&zip, zip_of(root, &files)).unwrap();
        let tar = packed.path().join(format!("{number}.tar.gz"));
        fs::write(&tar, tar_of(root, &files)).unwrap();
        all.extend([folder.clone(), zip, tar]);
    }
    let answers = scan(&all);
    let mut wrong = Vec::new();
    for forms in all.chunks(3) {
        for form in &forms[1..] {
            if answers[&forms[0]] != answers[form] {
                wrong.push(format!(
                    "{}: {:?}\n  as {}: {:?}",
                    forms[0].display(),
                    answers[&forms[0]],
                    form.display(),
                    answers[form]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            files.push((name, fs::read(&path).unwrap()));
        }
    }
}

/// A zip without packing (PKWARE APPNOTE 4.3).
fn zip_of(root: &str, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let name = format!("{root}/{name}");
        let mut crc = flate2::Crc::new();
        crc.update(content);
        let mut fields = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0x5C];
        fields.extend(crc.sum().to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((content.len() as u32).to_le_bytes());
        fields.extend((name.len() as u16).to_le_bytes());
        fields.extend([0, 0]);
        let at = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend(&fields);
        out.extend(name.as_bytes());
        out.extend(content);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&fields);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (at, count) = (out.len() as u32, files.len() as u16);
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A tape archive (POSIX ustar), packed with gzip.
fn tar_of(root: &str, files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, content) in files {
        let name = format!("{root}/{name}");
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[100..108].copy_from_slice(b"0000644\0");
        header[108..124].copy_from_slice(b"0000000\x000000000\0");
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[136..148].copy_from_slice(b"00000000000\0");
        header[148..156].fill(b' ');
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
        header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        out.extend(header);
        out.extend(content);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len() + 1024, 0);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(&out).unwrap();
    packer.finish().unwrap()
}
