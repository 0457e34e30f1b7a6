#!/usr/bin/env python3
"""Makes bundles whose code is built to exhaust who reads it, each at a size and at twice that size, and measures them:
`hostile_code.py FOLDER BIN`. The table stands in docs/HOSTILE.md; `tests/hostile_code.rs` holds smaller ones to limits."""
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])
SKILL = "---\nname: a\ndescription: Counts words.\n---\n\n# A\n\nRun `{}`.\n"


def nested(opening, middle, closing, depth):
    return opening * depth + middle + closing * depth + "\n"


def circle(count, path, text):
    """Files that each load all others."""
    return {path(k): "".join(text(other) for other in range(count) if other != k) for k in range(count)}


# Name → what it is, the smaller size, the files at a size.
CASES = {
    "sh-nesting": ("`(` 100 000 deep", 100_000, lambda n: {"a.sh": nested("(", "id", ")", n)}),
    "sh-substitutions": ("`$(` 100 000 deep", 100_000, lambda n: {"a.sh": nested("$(", "id", ")", n)}),
    "py-nesting": ("`(` 100 000 deep", 100_000, lambda n: {"a.py": nested("(", "1", ")", n)}),
    "py-calls": ("`f(` 100 000 deep", 100_000, lambda n: {"a.py": nested("f(", "1", ")", n)}),
    "js-nesting": ("`(` 100 000 deep", 100_000, lambda n: {"a.js": nested("(", "1", ")", n)}),
    "js-functions": ("`(() => {` 100 000 deep", 100_000, lambda n: {"a.js": nested("(() => {", "f()", "})()", n)}),
    "ps-nesting": ("`(` 100 000 deep", 100_000, lambda n: {"a.ps1": nested("(", "1", ")", n)}),
    "ps-blocks": ("`& {` 100 000 deep", 100_000, lambda n: {"a.ps1": nested("& { ", "id", " }", n)}),
    "sh-pipes": ("`|cat`, 200 KB", 50_000, lambda n: {"a.sh": "curl x" + "|cat" * n + "\n"}),
    "ps-pipes": ("`|iex`, 200 KB", 50_000, lambda n: {"a.ps1": "iwr x" + "|iex" * n + "\n"}),
    "py-methods": ("`.b()`, 200 KB", 50_000, lambda n: {"a.py": "a" + ".b()" * n + "\n"}),
    "js-methods": ("`.b()`, 200 KB", 50_000, lambda n: {"a.js": "a" + ".b()" * n + ";\n"}),
    "sh-doubling": ("`a=$a$a`, 10 000 times", 10_000, lambda n: {"a.sh": "a=xxxxxxxx\n" + "a=$a$a\n" * n + 'eval "$a"\n'}),
    "py-doubling": ("`a = a + a`, 10 000 times", 10_000, lambda n: {"a.py": "a = 'xxxxxxxx'\n" + "a = a + a\n" * n + "exec(a)\n"}),
    "js-doubling": ("`a = a + a`, 10 000 times", 10_000, lambda n: {"a.js": "let a = 'xxxxxxxx';\n" + "a = a + a;\n" * n + "eval(a);\n"}),
    "ps-doubling": ("`$a = $a + $a`, 10 000 times", 10_000, lambda n: {"a.ps1": "$a = 'xxxxxxxx'\n" + "$a = $a + $a\n" * n + "iex $a\n"}),
    "sh-itself": ("`a=\"x$a\"` and `eval \"$a\"`, 10 000 times", 10_000, lambda n: {"a.sh": 'a=\'eval "$a"\'\n' + 'a="x$a"; eval "$a"\n' * n}),
    "py-itself": ("`a = [a, f(a)]`, 10 000 times", 10_000, lambda n: {"a.py": "def f(x):\n    return f(x) + x\na = f\n" + "a = [a, f(a)]\n" * n + "exec(a)\n"}),
    "js-itself": ("`a = {a, b: a}`, 10 000 times", 10_000, lambda n: {"a.js": "let a = process.argv;\n" + "a = {a, b: a};\n" * n + "eval(a);\n"}),
    "ps-itself": ("`$a = \"$a$($a)\"`, 10 000 times", 10_000, lambda n: {"a.ps1": "$a = $args[0]\n" + '$a = "$a$($a)"\n' * n + "iex $a\n"}),
    "sh-circle": ("40 files that source each other", 40, lambda n: circle(n, "f{}.sh".format, ". ./f{}.sh\n".format)),
    "py-circle": ("100 files that import each other", 100, lambda n: circle(n, "f{}.py".format, "from f{} import *\n".format)),
    "js-circle": ("100 files that require each other", 100, lambda n: circle(n, "f{}.js".format, "require('./f{}');\n".format)),
    "ps-circle": ("40 files that dot-source each other", 40, lambda n: circle(n, "f{}.ps1".format, ". ./f{}.ps1\n".format)),
}


def measured(folder, binary):
    process = subprocess.Popen([binary, "scan", "--no-config", "--format", "ndjson", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    out = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    try:
        report = json.loads(out.splitlines()[0])
        verdict, notices = report["verdict"], len(report["notices"])
    except (ValueError, IndexError, KeyError):
        verdict, notices = "none", 0
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10, notices, verdict


print("| bundle | what it is | seconds, and twice | peak MiB, and twice | notices | verdict |\n|---|---|---|---|---|---|")
for name, (what, size, make) in CASES.items():
    results = []
    for times in (1, 2):
        folder = ROOT / f"{name}-{times}"
        folder.mkdir(parents=True, exist_ok=True)
        files = make(size * times)
        for path, text in files.items():
            (folder / path).write_text(text)
        (folder / "SKILL.md").write_text(SKILL.format(min(files)))
        results.append(measured(folder, sys.argv[2]))
    (s1, m1, _, _), (s2, m2, notices, verdict) = results
    print(f"| {name} | {what} | {s1:.1f} → {s2:.1f} | {m1} → {m2} | {notices} | {verdict} |", flush=True)
