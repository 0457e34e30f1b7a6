#!/usr/bin/env python3
"""What the rules hit on public collections of benign skills, and whether the bars hold.

    evaluate.py scan --bin target/release/skillscan [--folder DIR] [--write HITS.json]
    evaluate.py tally DETAILS.jsonl --bin target/release/skillscan [--write HITS.json]

`scan` brings the repositories of docs/evaluation/benign-corpora.json into DIR (one shallow fetch each, at the commit that
stands there), scans them and prints a table; what lies in DIR already is not fetched again. Nothing that is fetched is run,
built or installed. `tally` makes the same table from details that the evaluation kit's score.py wrote.

HITS.json is docs/evaluation/benign-hits.json, which the program carries for `skillscan explain`. A rule's `bundles` are
benign bundles with a finding of it, notes included; its `alarms` are those of them that did not pass and where the finding
was at least medium. Exact copies of a bundle count once. Exit 1: a bar does not hold.
"""
import argparse
import collections
import json
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SERIOUS = {"medium", "high", "critical"}
# Tier → (largest share of blocked bundles, largest share of reviewed ones, largest median of findings).
BARS = {"A": (0.0, 0.03, 0), "B": (0.0, 0.03, 0), "C": (0.005, 0.15, None), "D": (0.005, 0.15, None)}


def fetched(corpus, folder):
    """The corpus's files, at its commit."""
    place = folder / corpus["set"]
    if place.is_dir():
        return place
    if corpus["repository"].startswith("npm:"):
        print(f"left out: {corpus['set']} is no repository", file=sys.stderr)
        return None
    place.mkdir(parents=True)
    url = f"https://github.com/{corpus['repository']}"
    for command in (["init", "--quiet"], ["fetch", "--quiet", "--depth", "1", url, corpus["commit"]],
                    ["-c", "core.symlinks=false", "-c", "core.hooksPath=/dev/null", "checkout", "--quiet", "FETCH_HEAD"]):
        subprocess.run(["git", "-C", str(place), *command], check=True)
    return place


def scanned(corpora, folder, program):
    """One record for each bundle of each corpus; exact copies once."""
    seen = set()
    for corpus in corpora:
        place = fetched(corpus, folder)
        if place is None:
            continue
        command = [program, "scan", "--no-config", "--no-progress", "--format", "ndjson", "--fail-on", "never", str(place)]
        run = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        if run.returncode not in (0, 4):
            sys.exit(f"{corpus['set']}: the scanner ended with {run.returncode}")
        for line in run.stdout.splitlines():
            report = json.loads(line)
            if report["digest"] not in seen:
                seen.add(report["digest"])
                yield {"set": corpus["set"], "tier": corpus["tier"], "path": report["bundle"],
                       "verdict": report["verdict"], "findings": report["findings"]}


def detailed(path):
    """The benign records of a tier in score.py's details."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["label"] == "benign" and record.get("tier"):
                yield record


def tally(records, rules):
    """The table of hits per rule. Rules without a hit are named, so that "hit nothing" and "not measured" differ."""
    hits = {rule: {"bundles": 0, "alarms": 0} for rule in rules}
    sets, alarms = collections.Counter(), 0
    for record in records:
        is_alarm = record["verdict"] != "pass"
        sets[record["set"]] += 1
        alarms += is_alarm
        worst = collections.defaultdict(bool)
        for finding in record["findings"]:
            worst[finding["rule"]] |= finding["severity"] in SERIOUS
        for rule, is_serious in worst.items():
            if rule in hits:
                hits[rule]["bundles"] += 1
                hits[rule]["alarms"] += is_alarm and is_serious
    return {"bundles": sum(sets.values()), "alarms": alarms, "sets": dict(sorted(sets.items())), "rules": hits}


def written(table):
    """The table as JSON, one line for each set and rule, so that a diff shows what changed."""
    parts = []
    for key, value in table.items():
        if isinstance(value, dict):
            rows = (f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(value.items()))
            value = "{\n" + ",\n".join(rows) + "\n  }"
        parts.append(f"  {json.dumps(key)}: {value}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def bars_hold(records):
    """Prints the table of tiers; whether every bar holds."""
    print("| tier | bundles | blocked | review | median findings |\n|---|---|---|---|---|")
    holds = True
    for tier, (most_blocked, most_reviewed, most_findings) in BARS.items():
        own = [record for record in records if record["tier"] == tier]
        if not own:
            continue
        blocked = sum(record["verdict"] == "block" for record in own)
        reviewed = sum(record["verdict"] == "review" for record in own)
        median = statistics.median(len(record["findings"]) for record in own)
        fails = (blocked > most_blocked * len(own), reviewed > most_reviewed * len(own),
                 most_findings is not None and median > most_findings)
        holds &= not any(fails)
        cells = [f"{blocked} ({blocked / len(own):.1%})", f"{reviewed} ({reviewed / len(own):.1%})", f"{median:g}"]
        marked = [f"{cell} ✗" if fail else cell for cell, fail in zip(cells, fails)]
        print(f"| {tier} | {len(own)} | {' | '.join(marked)} |")
    return holds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    scan = commands.add_parser("scan")
    scan.add_argument("--folder", type=Path, default=HERE / "target" / "evaluation")
    from_details = commands.add_parser("tally")
    from_details.add_argument("details")
    for command in (scan, from_details):
        command.add_argument("--bin", default=str(HERE / "target" / "release" / "skillscan"))
        command.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    listed = subprocess.run([arguments.bin, "rules", "list", "--json"], check=True, capture_output=True, text=True)
    rules = [json.loads(line)["id"] for line in listed.stdout.splitlines()]
    if arguments.command == "scan":
        corpora = json.loads((HERE / "docs/evaluation/benign-corpora.json").read_text(encoding="utf-8"))["corpora"]
        records = list(scanned(corpora, arguments.folder, arguments.bin))
    else:
        records = list(detailed(arguments.details))
    bad = [record["path"] for record in records if record["verdict"] not in ("pass", "review", "block")]
    if bad or not records:
        sys.exit(f"no verdict: {', '.join(bad) or 'nothing was scanned'}")
    if arguments.write:
        arguments.write.write_text(written(tally(records, rules)), encoding="utf-8")
    sys.exit(0 if bars_hold(records) else 1)


if __name__ == "__main__":
    main()
