//! The worked verdicts: one bundle in `testdata/verdicts/` for each, scanned by the real binary.
#![allow(clippy::unwrap_used)]

use std::process::Command;

/// Bundle, verdict, and what must be among the rules that fired (any of them; empty: nothing in particular).
const WORKED: &[(&str, &str, &[&str])] = &[
    ("fake-driver", "block", &["fake-prerequisite", "command-from-a-page"]),
    ("padded-exfiltration", "block", &["secret-sent-to-network"]),
    ("registry-redirect", "block", &["registry-redirected"]),
    ("preload-shim", "review", &["loader-injection"]),
    ("heartbeat", "review", &["scheduled-remote-instructions"]),
    ("network-heartbeat", "review", &["scheduled-remote-instructions"]),
    ("network-check-in", "review", &["scheduled-remote-instructions"]),
    ("network-messages", "review", &["scheduled-remote-instructions"]),
    ("leaky-context", "block", &["agent-told-to-send-secrets"]),
    ("soul-rules", "review", &["agent-identity-written", "prose-plants-standing-instructions"]),
    ("security-teaching", "pass", &[]),
    ("security-in-name-only", "block", &["remote-code-to-interpreter"]),
    ("security-page-carried-out", "block", &["remote-code-to-interpreter"]),
    ("security-page-of-techniques", "review", &["remote-code-to-interpreter"]),
    ("wallet-own-key", "pass", &[]),
    ("known-installer", "pass", &[]),
    ("unknown-installer", "review", &["remote-code-to-interpreter"]),
    ("raw-ip-installer", "block", &["remote-code-to-interpreter"]),
    ("encoded-installer", "block", &["decoded-payload-run"]),
    ("hook-installer", "block", &["hook-runs-risky-code"]),
    ("unsigned-app", "review", &["quarantine-removed"]),
    ("many-scripts", "pass", &[]),
    ("self-extracting", "block", &["bundled-data-run"]),
    ("poisoned-bytecode", "block", &["bytecode-differs"]),
    ("plain-bytecode", "pass", &["bytecode-cache"]),
    ("office-payload", "block", &["remote-code-to-interpreter"]),
    ("office-template", "pass", &[]),
    ("locked-archive", "block", &["password-archive"]),
    ("zip-slip", "block", &["archive-escapes"]),
    ("nested-payload", "block", &["sensitive-file-uploaded", "secret-sent-to-network"]),
    ("nested-kit", "review", &["buried-program"]),
    ("paste-installer", "block", &["remote-code-to-interpreter"]),
    ("scoped-registry", "review", &["registry-redirected"]),
    ("world-scripts", "pass", &[]),
    ("own-key-declared", "pass", &[]),
    ("image-with-script", "block", &["remote-code-to-interpreter"]),
];

#[test]
fn worked_verdicts() {
    let mut wrong = Vec::new();
    // One process for all: each start reads all rules.
    let path = |bundle: &str| format!("testdata/verdicts/{bundle}");
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--format", "ndjson", "--fail-on", "never"])
        .args(WORKED.iter().map(|(bundle, ..)| path(bundle)))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (bundle, expected, rules) in WORKED {
        let answer = answers.iter().find(|answer| answer["bundle"] == path(bundle)).unwrap();
        let fired: Vec<&str> =
            answer["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
        let verdict = answer["verdict"].as_str().unwrap();
        if verdict != *expected || !(rules.is_empty() || rules.iter().any(|rule| fired.contains(rule))) {
            wrong.push(format!("{bundle}: {verdict}, not {expected} (rules {fired:?})"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The pattern of agent networks in three wordings: in the skill, in the heartbeat and in the messaging file.
#[test]
fn remote_orders_name_host_and_interval_and_are_rejected_when_strict() {
    let wanted = [
        ("network-heartbeat", "lounge.invalid", "every four hours"),
        ("network-check-in", "guild.invalid", "once per hour"),
        ("network-messages", "relay.invalid", "at the start of each session"),
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_skillscan"))
        .args(["scan", "--format", "ndjson", "--fail-on", "never", "--profile", "strict"])
        .args(wanted.iter().map(|(bundle, ..)| format!("testdata/verdicts/{bundle}")))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for (bundle, host, interval) in wanted {
        let path = format!("testdata/verdicts/{bundle}");
        let answer = answers.iter().find(|answer| answer["bundle"] == path).unwrap();
        assert_eq!(answer["verdict"], "block", "{bundle}");
        let findings = answer["findings"].as_array().unwrap();
        let messages: Vec<&str> = findings.iter().filter_map(|finding| finding["message"].as_str()).collect();
        let names = |word: &str| messages.iter().any(|message| message.to_lowercase().contains(word));
        assert!(names(host) && names(interval), "{bundle}: {messages:?}");
    }
}
