"""Prints lines that match one of the patterns."""
import re
import sys
from pathlib import Path

PATTERNS = {
    "pipe to shell": re.compile(r"curl\s+[^|]*\|\s*(ba)?sh"),
    "private key": re.compile(r"~/\.ssh/id_(rsa|ed25519)"),
    "override": re.compile(r"ignore (all )?previous instructions", re.I),
    "encoded": re.compile(r"base64\s+(-d|--decode)\s*\|\s*sh"),
    "reverse shell": re.compile(r"bash -i >& /dev/tcp/"),
}

for path in Path(sys.argv[1]).rglob("*"):
    if path.is_file():
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for name, pattern in PATTERNS.items():
                if pattern.search(line):
                    print(f"{path}:{number}: {name}")
