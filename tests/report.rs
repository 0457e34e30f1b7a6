//! Every machine format against its schema, and what readers of SARIF rely on beyond it.
#![allow(clippy::unwrap_used)]

mod bench;

use bench::Bench;
use serde_json::{Value, json};

fn schema(name: &str) -> Value {
    let path = format!("{}/docs/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn check(schema: &Value, instance: &Value) {
    let registry = jsonschema::Registry::new()
        .add("https://skillscan.invalid/ndjson.schema.json", self::schema("ndjson.schema.json"))
        .unwrap()
        .prepare()
        .unwrap();
    let validator = jsonschema::options().with_registry(&registry).build(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Every kind of thing that a report can hold.
fn rich() -> Bench {
    let bench = Bench::new();
    bench.add_linked();
    bench.write("skills/bad/scripts/go.sh", "#!/bin/sh\nX=\"\u{1f980}\"; marker-run there # marker-note\n");
    bench.write("skills/my skill/SKILL.md", &bench::skill("\u{1f980} marker-run é\n"));
    bench.write(
        "skillscan.toml",
        "[[allow]]\nrule = 'marker-run'\npath = 'scripts/**'\nreason = 'ours'\n[severity]\nmarker-note = 'medium'\n",
    );
    bench
}

#[test]
fn json_and_ndjson_keep_to_their_schemas() {
    let bench = rich();
    let schema_of_line = schema("ndjson.schema.json");
    let lines = bench.ndjson(&["skills"]);
    assert_eq!(lines.len(), 6);
    assert!(lines.iter().any(|line| line["findings"][0]["steps"].as_array().is_some_and(|steps| steps.len() > 1)));
    assert!(lines.iter().any(|line| line.get("suppressed").is_some()));
    assert!(
        lines.iter().any(|line| line["findings"].as_array().unwrap().iter().any(|f| f.get("adjustments").is_some()))
    );
    for line in &lines {
        check(&schema_of_line, line);
    }
    let output = bench.scan(&["skills", "--format", "json"]).output().unwrap().stdout;
    let document: Value = serde_json::from_slice(&output).unwrap();
    check(&schema("json.schema.json"), &document);
    assert_eq!(document["bundles"].as_array().unwrap(), &lines, "both formats say the same");
    assert_eq!(document["summary"]["bundles"], 6);
}

#[test]
fn the_schemas_refuse_what_is_wrong() {
    let bench = rich();
    let schema = schema("ndjson.schema.json");
    let bad = bench.ndjson(&["skills/bad"]).remove(0);
    assert!(jsonschema::is_valid(&schema, &bad));
    for change in [
        |line: &mut Value| line["verdict"] = json!("fine"),
        |line: &mut Value| line["extra"] = json!(1),
        |line: &mut Value| line["findings"][0]["extra"] = json!(1),
        |line: &mut Value| line["findings"][0]["severity"] = json!("awful"),
        |line: &mut Value| line["findings"][0]["line"] = json!(0),
    ] {
        let mut wrong = bad.clone();
        change(&mut wrong);
        assert!(!jsonschema::is_valid(&schema, &wrong), "{wrong}");
    }
}

#[test]
fn the_config_keeps_to_its_schema() {
    let schema = schema("config.schema.json");
    let read = |text: &str| -> Value { toml::from_str(text).unwrap() };
    let all = "profile='strict'\nfail-on='high'\ndisable=['a']\n[severity]\na='low'\n[[allow]]\nrule='a'\npath='x'\n\
               bundle='y'\nfingerprint='z'\nreason='r'\nexpires='2027-01-31'\n";
    assert!(jsonschema::is_valid(&schema, &read(all)));
    for wrong in ["x=1", "profile='lax'", "[[allow]]\nrule='a'", "[[allow]]\nrule='a'\nreason=' '", "fail-on='x'"] {
        assert!(!jsonschema::is_valid(&schema, &read(wrong)), "{wrong}");
    }
}

fn sarif(bench: &Bench, arguments: &[&str]) -> Value {
    let output = bench.scan(&[arguments, &["--format", "sarif"]].concat()).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn sarif_keeps_to_its_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas/sarif-2.1.0.json");
    // Its pattern for languages, which we do not write, is no regular expression: a bracket is closed twice.
    let text = std::fs::read_to_string(path).unwrap().replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    let log = sarif(&rich(), &["skills"]);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = log;
    wrong["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn sarif_holds_what_github_needs() {
    let bench = rich();
    let log = sarif(&bench, &["skills"]);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let rule = rules.iter().find(|rule| rule["id"] == "marker-run").unwrap();
    assert_eq!(rule["properties"]["security-severity"], "9.5");
    assert_eq!(rule["properties"]["precision"], "high");
    let tags: Vec<&str> = rule["properties"]["tags"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
    assert!(tags.contains(&"security") && tags.contains(&"external/cwe/cwe-494"));
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("What to do"));
    let results = run["results"].as_array().unwrap();
    assert!(results.len() >= 3);
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.starts_with('/') && !uri.contains("..") && !uri.contains(' '), "{uri}");
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        let artifact = place["artifactLocation"]["index"].as_u64().unwrap() as usize;
        assert_eq!(run["artifacts"][artifact]["location"]["uri"], uri);
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(place["region"][key].as_u64().unwrap() >= 1, "{key}");
        }
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        assert!(hash.split_once(':').is_some());
        assert!(result["message"]["text"].as_str().unwrap().ends_with('.'));
        assert!(result.get("suppressions").is_none());
    }
    let spaced = results.iter().find(|r| r["properties"]["bundle"] == "skills/my skill").unwrap();
    let place = &spaced["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "skills/my%20skill/SKILL.md");
    // The crab is one character and two UTF-16 units.
    assert_eq!(place["region"]["startColumn"], 4);
    assert_eq!(spaced["level"], "error");
    let notice = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notice["descriptor"]["id"], "undecodable");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn sarif_paths_are_relative_to_where_the_program_runs() {
    let bench = Bench::new();
    let uri = |arguments: &[&str]| {
        sarif(&bench, arguments)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
            .clone()
    };
    let absolute = bench.path("skills/bad").canonicalize().unwrap();
    for path in
        ["skills/bad", "./skills/bad/", "skills/../skills/bad", absolute.to_str().unwrap(), "skills/bad/SKILL.md"]
    {
        assert_eq!(uri(&[path])["uri"], "skills/bad/SKILL.md", "{path}");
    }
    let outside = tempfile::TempDir::new().unwrap();
    std::fs::write(outside.path().join("SKILL.md"), bench::skill("marker-run x\n")).unwrap();
    let location = uri(&[outside.path().to_str().unwrap()]);
    assert!(location["uri"].as_str().unwrap().starts_with("file:///"), "{location}");
    assert!(location.get("uriBaseId").is_none());
}

#[test]
fn the_human_report_shows_place_reason_and_cure() {
    let bench = Bench::new();
    let output = bench.scan(&["skills/bad"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "critical[marker-run]: `marker-run now` runs the marker.",
        "--> skills/bad/SKILL.md:11:1",
        "11 | marker-run now \\u{1b}[31mred",
        "^^^^^^^^^^^^^^",
        "why: Whoever controls the marker",
        "fix: Leave the marker alone.",
        "block skills/bad",
        "blocks-alone: marker-run (skills/bad/SKILL.md:11:1)",
        "1 bundle scanned: 1 block, 0 review, 0 pass; 1 finding (1 critical)",
    ] {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    bench.write("skills/twice/SKILL.md", &bench::skill("marker-run a\n\nmarker-run b\n"));
    let text = String::from_utf8(bench.scan(&["skills/twice"]).output().unwrap().stdout).unwrap();
    assert_eq!((text.matches("critical[marker-run]").count(), text.matches("why:").count()), (2, 1), "{text}");
    let text = String::from_utf8(bench.scan(&["skills/noted"]).output().unwrap().stdout).unwrap();
    assert!(text.contains("1 note: marker-note ×1 (-v shows them)") && !text.contains("low[marker-note]"), "{text}");
    let text = String::from_utf8(bench.scan(&["skills/noted", "-v"]).output().unwrap().stdout).unwrap();
    assert!(text.contains("low[marker-note]"), "{text}");
}

#[test]
fn the_page_and_the_summary_hold_no_markup_of_the_bundle() {
    let bench = Bench::new();
    bench.write(
        "skills/web/SKILL.md",
        &bench::skill("marker-run <script>alert(1)</script> [x](https://a.invalid) ````\n"),
    );
    let page = String::from_utf8(bench.scan(&["skills/web", "--format", "html"]).output().unwrap().stdout).unwrap();
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    let summary = bench.scan(&["skills/web", "--format", "markdown"]).output().unwrap().stdout;
    let summary = String::from_utf8(summary).unwrap();
    let outside: String = summary.split("`````").step_by(2).collect();
    assert!(!outside.contains('<') && !outside.contains("](") && outside.contains("🛑 block"), "{summary}");
}

#[test]
fn flows_and_links_are_shown_in_every_format() {
    let bench = Bench::new();
    bench.add_linked();
    let line = bench.ndjson(&["skills/linked"]).remove(0);
    assert_eq!(line["verdict"], "block", "{line}");
    assert_eq!(line["reasons"][0]["row"], "linked-findings");
    assert_eq!(line["reasons"][0]["findings"], json!([0, 1]));
    assert_eq!(line["reasons"][0]["links"][0]["kind"], "value");

    let log = sarif(&bench, &["skills/linked"]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let flow = results.iter().find(|result| result["ruleId"] == "marker-flow").unwrap();
    let steps = flow["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert!(steps.len() >= 2);
    for step in steps {
        assert!(step["location"]["physicalLocation"]["region"]["startLine"].as_u64().unwrap() >= 10);
        assert!(!step["location"]["message"]["text"].as_str().unwrap().is_empty());
    }
    let related = &flow["relatedLocations"][0];
    assert!(related["message"]["text"].as_str().unwrap().contains("marker-link is tied to this by "));
    assert_eq!(flow["level"], "error");

    for (format, parts) in [
        ("human", &["path: 1. line 11", "2. line", "linked-findings: marker-flow", "tied by URL 'x7.invalid/a'"][..]),
        ("markdown", &["\n1. skills/linked/SKILL.md&#58;11", "Linked: marker-flow + marker-link"]),
        ("html", &["<ol>", "<dt>Linked with</dt><dd>marker-link by URL "]),
        ("github", &["::error file=skills/linked/SKILL.md,line=12", "skillscan: block: skills/linked"]),
    ] {
        let output = bench.scan(&["skills/linked", "--format", format]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for part in parts {
            assert!(text.contains(part), "no {part:?} in {format}:\n{text}");
        }
    }
}
