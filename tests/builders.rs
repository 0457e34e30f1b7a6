//! Ways to put a command together: `testdata/builders/py.txt` and its like hold one after the other, each under `### name`,
//! with further files of its bundle under `%% file`. Each builds what the first one says plainly and is told of as that
//! is. `### ok …` are harmless texts that use the same ways; `### gap …` are ways that still hide.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;

/// Rules that tell of what is fetched and run, however it comes about.
const RULES: &[&str] = &[
    "remote-code-to-interpreter",
    "network-response-evaluated",
    "download-then-run",
    "reverse-shell",
    "api-by-computed-name",
    "decoded-payload-run",
    "autostart-created",
];

#[test]
fn what_is_put_together_is_told_of() {
    let root = tempfile::tempdir().unwrap();
    let mut cases: Vec<String> = Vec::new();
    for (ending, program) in [("py", "python3"), ("js", "node"), ("sh", "bash")] {
        let all = fs::read_to_string(format!("testdata/builders/{ending}.txt")).unwrap();
        for case in format!("\n{all}").split("\n### ").skip(1) {
            let (name, body) = case.split_once('\n').unwrap();
            let folder = root.path().join(format!("{ending} {name}"));
            fs::create_dir_all(folder.join("scripts")).unwrap();
            let page = format!(
                "---\nname: helper\ndescription: Keeps a project in order.\n---\n# Helper\n\nRun `{program} scripts/helper.{ending}`.\n"
            );
            fs::write(folder.join("SKILL.md"), page).unwrap();
            let text = format!("\n{body}\n");
            let mut files = text.split("\n%% ");
            fs::write(folder.join(format!("scripts/helper.{ending}")), files.next().unwrap()).unwrap();
            for file in files {
                let (name, content) = file.split_once('\n').unwrap();
                fs::write(folder.join("scripts").join(name), content).unwrap();
            }
            cases.push(format!("{ending} {name}"));
        }
    }
    assert!(cases.len() > 300, "{} cases", cases.len());
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--format", "ndjson", "--fail-on", "never"])
        .args(cases.iter().map(|case| root.path().join(case)))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let mut wrong = Vec::new();
    for (case, line) in cases.iter().zip(text.lines()) {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(answer["bundle"].as_str().unwrap().ends_with(case.as_str()));
        let rules: Vec<&str> =
            answer["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
        let is_told = answer["verdict"] != "pass" && rules.iter().any(|rule| RULES.contains(rule));
        let name = case.split_once(' ').unwrap().1;
        match name.split(' ').next().unwrap() {
            "ok" if answer["verdict"] != "pass" => wrong.push(format!("{case}: {rules:?}")),
            "gap" if is_told => wrong.push(format!("{case}: the gap is closed")),
            "ok" | "gap" => {}
            _ if !is_told => wrong.push(format!("{case}: not told of; found {rules:?}")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
