#!/usr/bin/env python3
"""Hits per rule on benign bundles, from the details that score.py writes.

    benign-hits.py DETAILS.jsonl > docs/evaluation/benign-hits.json

A rule's `bundles` are benign bundles with a finding of it, notes included; its `alarms` are those of them that did not
pass and where the finding was at least medium. Rules that hit nothing are named with zeros, so that "hit nothing" and
"not measured" differ: the names are those of `skillscan rules list --json` (--rules FILE, or the program at --bin).
Only bundles of a benign tier count: small labelled sets are not a sample of anything.
"""
import argparse
import collections
import json
import subprocess
import sys

SERIOUS = {"medium", "high", "critical"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("details")
    parser.add_argument("--bin", default="target/release/skillscan")
    arguments = parser.parse_args()
    listed = subprocess.run([arguments.bin, "rules", "list", "--json"], check=True, capture_output=True, text=True)
    rules = {json.loads(line)["id"]: {"bundles": 0, "alarms": 0} for line in listed.stdout.splitlines()}
    sets, alarms = collections.Counter(), 0
    with open(arguments.details, encoding="utf-8") as lines:
        for line in lines:
            bundle = json.loads(line)
            if bundle["label"] != "benign" or not bundle.get("tier"):
                continue
            if bundle["verdict"] not in ("pass", "review", "block"):
                sys.exit(f"no verdict: {bundle['path']}")
            sets[bundle["set"]] += 1
            is_alarm = bundle["verdict"] != "pass"
            alarms += is_alarm
            worst = collections.defaultdict(bool)
            for finding in bundle["findings"]:
                worst[finding["rule"]] |= finding["severity"] in SERIOUS
            for rule, is_serious in worst.items():
                if rule in rules:
                    rules[rule]["bundles"] += 1
                    rules[rule]["alarms"] += is_alarm and is_serious
    # One line per set and rule: what changed shows in a diff.
    table = {"bundles": sum(sets.values()), "alarms": alarms, "sets": dict(sorted(sets.items())), "rules": rules}
    out = ["{"]
    for key, value in table.items():
        comma = "" if key == "rules" else ","
        if isinstance(value, dict):
            rows = [f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(value.items())]
            out.append(f"  {json.dumps(key)}: {{\n" + ",\n".join(rows) + f"\n  }}{comma}")
        else:
            out.append(f"  {json.dumps(key)}: {value}{comma}")
    print("\n".join(out) + "\n}")


if __name__ == "__main__":
    main()
