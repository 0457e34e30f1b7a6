#![allow(clippy::expect_used)]
use crate::document::{Documents, Relation};
use crate::finding::{Reach, Stance};

/// Path, text and reach of every child that stands in a manifest.
fn values(path: &str, text: &str) -> Vec<(String, String, Reach)> {
    let documents = Documents::of_text(path, text);
    let children = documents.all().iter().filter_map(|child| match &child.holder.as_ref()?.relation {
        Relation::ManifestValue(path) => Some((path.clone(), child.text.to_string(), child.reach)),
        _ => None,
    });
    children.collect()
}

#[test]
fn what_runs_by_itself_is_auto() {
    let hooks = "{\"hooks\": {\"SessionStart\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"curl h.test \\\"x\\\"\"}]}]}}";
    let expected = ("hooks.SessionStart[0].hooks[0].command".to_owned(), "curl h.test \"x\"".to_owned(), Reach::Auto);
    assert_eq!(values("hooks/hooks.json", hooks), [expected]);
    let package = "{\"scripts\": {\"postinstall\": \"node x.js\", \"test\": \"jest\"}}";
    assert_eq!(
        values("package.json", package),
        [
            ("scripts.postinstall".into(), "node x.js".into(), Reach::Auto),
            ("scripts.test".into(), "jest".into(), Reach::Direct)
        ]
    );
    let server = "{\"mcpServers\": {\"a\": {\"command\": \"npx\", \"args\": [\"-y\", \"x@latest\", \"a b\"]}}}";
    assert_eq!(values(".mcp.json", server), [("mcpServers.a".into(), "npx -y x@latest 'a b'".into(), Reach::Auto)]);
    let skill =
        "---\nname: a\ndescription: Does x\nhooks:\n  PreToolUse:\n    - hooks:\n        - command: ./x.sh\n---\n";
    assert_eq!(
        values("SKILL.md", skill),
        [
            ("description".into(), "Does x".into(), Reach::Direct),
            ("hooks.PreToolUse[0].hooks[0].command".into(), "./x.sh".into(), Reach::Auto)
        ]
    );
    assert!(values("data/other.json", package).is_empty());
    let documents = Documents::of_text("package.json", package);
    assert!(documents.all()[1..].iter().all(|child| child.stance == Stance::Does));
}

/// Every surface: a file with a command `x-run` that runs by itself.
const AUTO: &[(&str, &str)] = &[
    ("hooks/hooks.json", r#"{"hooks": {"Stop": [{"hooks": [{"command": "x-run", "args": ["a"]}]}]}}"#),
    ("hooks/hooks.json", r#"{"hooks": {"Stop": [{"hooks": [{"type": "http", "url": "https://x-run.test"}]}]}}"#),
    (".cursor/hooks.json", r#"{"version": 1, "hooks": {"stop": [{"command": "x-run"}]}}"#),
    (".github/hooks/a.json", r#"{"version": 1, "hooks": {"sessionStart": [{"bash": "x-run"}]}}"#),
    (".claude/settings.json", r#"{"statusLine": {"type": "command", "command": "x-run"}}"#),
    (".claude/settings.json", r#"{"subagentStatusLine": {"command": "x-run"}}"#),
    (".claude/settings.json", r#"{"fileSuggestion": {"command": "x-run"}}"#),
    (".claude/settings.local.json", r#"{"apiKeyHelper": "x-run"}"#),
    (".gemini/settings.json", r#"{"tools": {"discoveryCommand": "x-run"}}"#),
    (".claude-plugin/plugin.json", r#"{"hooks": {"Stop": [{"hooks": [{"command": "x-run"}]}]}}"#),
    (".claude-plugin/plugin.json", r#"{"mcpServers": {"a": {"command": "x-run"}}}"#),
    (".claude-plugin/plugin.json", r#"{"experimental": {"monitors": [{"command": "x-run"}]}}"#),
    (".claude-plugin/marketplace.json", r#"{"plugins": [{"source": {"source": "command", "command": "x-run"}}]}"#),
    ("monitors/monitors.json", r#"[{"name": "a", "command": "x-run"}]"#),
    (".mcp.json", r#"{"a": {"command": "x-run"}}"#),
    (".mcp.json", r#"{"mcpServers": {"a": {"type": "http", "url": "https://h.test", "headersHelper": "x-run"}}}"#),
    (".mcp.json", r#"{"mcpServers": {"a": {"command": "node", "env": {"NODE_OPTIONS": "--require ./x-run.js"}}}}"#),
    (".lsp.json", r#"{"go": {"command": "x-run"}}"#),
    (".vscode/mcp.json", r#"{"servers": {"a": {"command": "x-run"}}}"#),
    (".cursor/mcp.json", r#"{"mcpServers": {"a": {"command": "x-run"}}}"#),
    ("gemini-extension.json", r#"{"mcpServers": {"a": {"command": "x-run"}}}"#),
    ("opencode.json", r#"{"mcp": {"a": {"type": "local", "command": ["x-run", "a"]}}}"#),
    ("manifest.json", r#"{"server": {"mcp_config": {"command": "x-run"}}}"#),
    (".codex/config.toml", "[mcp_servers.a]\ncommand = \"x-run\"\n"),
    (".codex/config.toml", "notify = [\"x-run\", \"a\"]\n"),
    ("agents/openai.yaml", "dependencies:\n  tools:\n    - type: mcp\n      command: x-run\n"),
    (".vscode/tasks.json", r#"{"tasks": [{"command": "x-run", "runOptions": {"runOn": "folderOpen"}}]}"#),
    (".devcontainer/devcontainer.json", r#"{"postCreateCommand": "x-run"}"#),
    (".devcontainer/devcontainer.json", r#"{"initializeCommand": ["x-run", "a"]}"#),
    (".devcontainer.json", r#"{"onCreateCommand": {"a": "x-run"}}"#),
    (".cursor/environment.json", r#"{"install": "x-run"}"#),
    ("composer.json", r#"{"scripts": {"post-install-cmd": ["a", "x-run"]}}"#),
    ("package.json", r#"{"scripts": {"prepare": "x-run"}}"#),
    ("pyproject.toml", "[tool.pdm.scripts]\npost_install = \"x-run\"\n"),
    ("pyproject.toml", "[build-system]\nbuild-backend = \"x-run\"\n"),
    (".yarnrc.yml", "yarnPath: ./x-run.cjs\n"),
    ("commands/go.toml", "prompt = \"Look: !{x-run {}} and go.\"\n"),
    ("commands/go.md", "Look: !`x-run`\n"),
    ("SKILL.md", "# A\n\n```!\nx-run\n```\n"),
    ("SKILL.md", "---\nname: a\ndescription: b\nhooks:\n  Stop:\n    - hooks:\n        - command: x-run\n---\n"),
    ("lib/a.pth", "import os; x-run\n"),
    ("sitecustomize.py", "x-run\n"),
    ("setup.py", "x-run\n"),
    (".git/hooks/post-checkout", "#!/bin/sh\nx-run\n"),
    (".husky/pre-commit", "x-run\n"),
    (".git/config", "[core]\n\tfsmonitor = x-run\n"),
    (".gitmodules", "[submodule \"a\"]\n\tupdate = !x-run\n"),
    (".zshenv", "x-run\n"),
    (".envrc", "x-run\n"),
    (".npmrc", "node-options=--require ./x-run.js\n"),
    ("binding.gyp", "{'targets': [{'sources': ['<!(x-run)']}]}\n"),
];

#[test]
fn every_surface_that_runs_by_itself_is_auto() {
    for (path, text) in AUTO {
        let documents = Documents::of_text(path, text);
        let is_auto =
            documents.all().iter().any(|document| document.reach == Reach::Auto && document.text.contains("x-run"));
        assert!(is_auto, "{path} {text}: {:?}", documents.all());
    }
}

#[test]
fn what_somebody_must_start_is_not() {
    for (path, text) in [
        (".vscode/tasks.json", r#"{"tasks": [{"command": "x-run"}]}"#),
        ("package.json", r#"{"scripts": {"test": "x-run"}}"#),
        (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: x-run\n"),
        ("Justfile", "a:\n    x-run\n"),
        ("Makefile", "a:\n\tx-run\n"),
        ("Dockerfile", "FROM a\nRUN x-run\nCMD [\"x-run\", \"a\"]\n"),
        ("docker-compose.yml", "services:\n  a:\n    command: x-run\n"),
        ("Taskfile.yml", "tasks:\n  a:\n    cmds:\n      - x-run\n"),
        ("a.ipynb", r#"{"cells": [{"cell_type": "code", "source": ["a = 1\n", "!x-run\n"]}]}"#),
        ("tool.service", "[Service]\nExecStart=x-run a\n"),
    ] {
        let documents = Documents::of_text(path, text);
        let found: Vec<_> =
            documents.all()[1..].iter().filter(|document| document.text.trim_start().starts_with("x-run")).collect();
        assert!(!found.is_empty(), "{path}: {:?}", documents.all());
        assert!(found.iter().all(|document| document.reach < Reach::Auto), "{path}");
    }
}

#[test]
fn a_file_that_a_plugin_names_is_read_as_what_it_is() {
    let documents = Documents::of_texts(&[
        (".claude-plugin/plugin.json", r#"{"name": "a", "hooks": "./config/start.json"}"#),
        ("config/start.json", r#"{"hooks": {"Stop": [{"hooks": [{"command": "sh ./go.sh"}]}]}}"#),
        ("config/other.json", r#"{"hooks": {"Stop": [{"hooks": [{"command": "sh ./no.sh"}]}]}}"#),
        ("go.sh", "ls\n"),
        ("no.sh", "ls\n"),
    ]);
    let reach = |path: &str| {
        let found = documents
            .all()
            .iter()
            .find(|document| document.holder.is_none() && &*documents.files[document.file as usize].path == path);
        found.map(|document| document.reach)
    };
    assert_eq!(reach("go.sh"), Some(Reach::Auto));
    assert_ne!(reach("no.sh"), Some(Reach::Auto));
}

#[test]
fn metadata_in_a_string_is_a_tree() {
    let text = "---\nname: a\nmetadata: '{openclaw: {install: [{kind: \"download\", url: \"http://h.test/x\"}], requires: {env: [\"A_KEY\"]}}}'\n---\n";
    let documents = Documents::of_text("SKILL.md", text);
    let front = documents.all().iter().find(|document| document.manifest.is_some()).expect("front matter");
    let root = front.manifest.as_ref().expect("a tree");
    let env = root.at(&["metadata", "openclaw", "requires", "env"]).expect("the list");
    assert_eq!(env.items()[0].span.slice(&front.text), "\"A_KEY\"");
    assert_eq!(
        values("SKILL.md", text),
        [("metadata.openclaw.install[0]".into(), "curl -fsSL -o download 'http://h.test/x'".into(), Reach::Direct)]
    );
    let two = "---\nname: a\nmetadata:\n  openclaw: {always: true}\n  clawdbot: {always: false}\n---\n";
    let documents = Documents::of_text("SKILL.md", two);
    assert!(documents.oddities.iter().any(|odd| odd.kind == crate::document::manifest::OddityKind::AliasesDisagree));
}
