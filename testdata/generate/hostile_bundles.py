#!/usr/bin/env python3
"""Makes hostile bundles that need no archive tool, and measures them: `hostile_bundles.py FOLDER [BIN …]`.

Each is FOLDER/NAME. With one or more binaries, each scans every bundle below FOLDER (those of `hostile.py` too), and a
table of seconds, peak memory (VmHWM, in MiB), exit status and verdict is printed. Nothing of it is kept in the repository.
"""
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(sys.argv[1])
SKILL = "---\nname: {0}\ndescription: x\n---\n\nSee `{1}`.\n"


def bundle(name, files):
    folder = ROOT / name
    if folder.exists():
        return
    for path, content in files.items():
        at = folder / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_bytes(content.encode() if isinstance(content, str) else content)
    if not (folder / "SKILL.md").exists():
        (folder / "SKILL.md").write_text(SKILL.format(name, next(iter(files))))


def many_files(name, count):
    folder = ROOT / name
    if folder.exists():
        return
    for number in range(count):
        if number % 1000 == 0:
            part = folder / f"d{number // 1000}"
            part.mkdir(parents=True)
        os.close(os.open(part / f"{number}.txt", os.O_CREAT | os.O_WRONLY))
    (folder / "SKILL.md").write_text(SKILL.format(name, "d0"))


bundle("json-10k-deep", {"hooks/hooks.json": '{"a":' * 10_000 + "1" + "}" * 10_000})
bundle("json-1m-deep", {"package.json": "[" * 1_000_000})
bundle("json-1m-keys", {"package.json": "{" + ",".join(f'"k{k}":{k}' for k in range(80_000)) + "}"})
bundle("yaml-10k-deep", {"a.yaml": "".join(" " * k + "a:\n" for k in range(1400)), "b.yaml": "[" * 10_000 + "]" * 10_000})
bundle("yaml-front-matter-deep", {"SKILL.md": "---\na: " + "{a: " * 10_000 + "1" + "}" * 10_000 + "\n---\n\n# A\n"})
aliases = "a0: &a0 [x, x]\n" + "".join(f"a{k}: &a{k} [*a{k-1}, *a{k-1}, *a{k-1}, *a{k-1}, *a{k-1}]\n" for k in range(1, 100))
bundle("yaml-aliases", {"SKILL.md": f"---\nname: a\ndescription: b\n{aliases}---\n\n# A\n", "a.yaml": aliases})
bundle("toml-deep", {"pyproject.toml": "a = " + "[" * 10_000 + "]" * 10_000, ".codex/config.toml": "a." * 10_000 + "b = 1\n"})
bundle("utf-16-without-mark", {"a.sh": ("#!/bin/sh\n" + "echo hello\n" * 100_000).encode("utf-16-le")})
bundle("names", {f"x\x1b[2J\n{k}‮.sh": "ls\n" for k in range(2000)} | {"a\\xff": "x", "con": "x", "A": "x", "a": "x", ("n" * 255): "x"})
if not (ROOT / "symlink-loops").exists():
    bundle("symlink-loops", {"a/b.md": "x"})
    for number in range(500):
        os.symlink("..", ROOT / "symlink-loops" / "a" / f"loop{number}")
        os.symlink(f"l{(number + 1) % 500}", ROOT / "symlink-loops" / f"l{number}")
many_files("files-1m", 1_000_000)
bundle("newlines-100k", {"SKILL.md": "# A\n" + "\n" * 100_000 + "Run `sh a.sh`.\n", "a.sh": "\n" * 10_000_000 + "ls\n"})
bundle("one-line-30-mb", {"a.py": "x = '" + "a" * (30 << 20) + "'\n"})
bundle("python-200k-deep", {"a.py": "(" * 200_000})
bundle("shell-pipes", {"a.sh": "a|" * 200_000 + "b\n"})
bundle("fences", {"SKILL.md": "# A\n" + "```sh\nls\n```\n" * 100_000})
bundle("links", {"SKILL.md": "# A\n" + "[a](b.md)" * 200_000})
bundle("brackets", {"SKILL.md": "[" * 100_000 + "\n\n" + "*a" * 100_000 + "\n\n" + "<a" * 100_000 + "\n"})
bundle("templates", {"commands/a.toml": 'prompt = """' + "!{" * 200_000 + "}" * 1000 + '"""\n'})
bundle("make-calls", {"Makefile": "A := " + "$(shell " * 100_000 + ")" * 100_000 + "\n", "binding.gyp": "<!(" * 500_000})
bundle("names-of-files", {"SKILL.md": "a.md " * 500_000} | {f"d{k}/a.md": "a.md b.md " * 200 for k in range(2000)})
bundle("workflow-steps", {".github/workflows/a.yml": "jobs:\n  a:\n    steps:\n" + "      - run: ls\n" * 40_000})
bundle("notebook-cells", {"a.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": ["!ls\n"] * 10}] * 8000})})
bundle("passwords", {"SKILL.md": "password: " + " ".join(f"p{k}" for k in range(100_000))})
if not (ROOT / "passwords" / "a.zip").exists():
    with zipfile.ZipFile(ROOT / "passwords" / "a.zip", "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.txt", bytes(64))
    data = bytearray((ROOT / "passwords" / "a.zip").read_bytes())
    for mark, flag in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flag] |= 1
            at = data.find(mark, at + 4)
    (ROOT / "passwords" / "a.zip").write_bytes(data)
bundle("secrets", {"a.txt": "ghp_" + "a" * (4 << 20), "b.txt": "-----BEGIN PRIVATE KEY-----\n" * 100_000, "c.txt": "AKIAQ7ZL3MXW5RTN2VYK " * 100_000})
bundle("front-matter-1mb", {"SKILL.md": "---\nname: a\nmetadata: '{" + '"a": {' * 50_000 + "'\n---\n"})

for binary in sys.argv[2:]:
    print(f"\n{binary}\n\n| bundle | seconds | peak MiB | exit | verdict |\n|---|---|---|---|---|")
    for folder in sorted(path for path in ROOT.iterdir() if path.is_dir()):
        process = subprocess.Popen([binary, "scan", "--format", "ndjson", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        try:
            verdict = json.loads(out.splitlines()[0])["verdict"]
        except (ValueError, IndexError, KeyError):
            verdict = "none"
        print(f"| {folder.name} | {usage.ru_utime + usage.ru_stime:.1f} | {usage.ru_maxrss >> 10} | {os.waitstatus_to_exitcode(status)} | {verdict} |", flush=True)
