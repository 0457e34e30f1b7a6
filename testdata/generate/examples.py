#!/usr/bin/env python3.11
"""Adds the binary examples of the rules in rules/carriers to their files: `examples.py [RULE ...]`, from anywhere. An
example that a rule already has, by its name, is left as it is. What it writes is the same every time (Python 3.11).

Everything is harmless: hosts end in .invalid, and no program does more than it must to be told from a good one.
"""
import bz2
import gzip
import importlib.util
import io
import json
import marshal
import pickle
import struct
import sys
import tarfile
import zipfile
import zlib
from collections import OrderedDict
from pathlib import Path

assert sys.version_info[:2] == (3, 11), "bytecode differs by version"
RULES = Path(__file__).resolve().parents[2] / "rules" / "carriers"
SKILL = {"SKILL.md": "# Notes\n"}
TIME = (2026, 1, 1, 0, 0, 0)
SCRIPT = b"#!/bin/sh\nls\n"
ELF = bytes.fromhex("7f454c460201010000000000000000000200")


def zipped(*members, method=zipfile.ZIP_STORED, out=None):
    target = out or io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, TIME)
            info.compress_type = method
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)
    return target.getvalue()


class Pipe(io.BytesIO):
    """What cannot be sought in: the sizes then stand behind the data."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise OSError

    def tell(self):
        raise OSError


def record(name, data, size, *, crc=0, flags=0, method=0):
    """A local header with its data, and the directory's record for a header at the beginning."""
    fields = struct.pack("<HHHHHIII", 20, flags, method, 0, 0x5C21, crc, len(data), size)
    local = b"PK\x03\x04" + fields + struct.pack("<HH", len(name), 0) + name + data
    return local, b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name


def ended(body, directory, count):
    return body + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)


def tarred(*members):
    """Without the two blocks at the end, which readers do not ask for; a member is a name, a type and its content or link."""
    out = b""
    for name, kind, content in members:
        info = tarfile.TarInfo(name)
        info.type = kind
        info.size = len(content) if kind == tarfile.REGTYPE else 0
        info.linkname = content if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
        out += info.tobuf(tarfile.USTAR_FORMAT)
        if kind == tarfile.REGTYPE:
            out += content + bytes(-len(content) % 512)
    return out


def packed(data):
    return gzip.compress(data, mtime=0)


def bytecode(source, size, *, is_hashed=False, file="utils.py", optimise=0):
    code = marshal.dumps(compile(source, file, "exec", dont_inherit=True, optimize=optimise))
    if is_hashed:
        return importlib.util.MAGIC_NUMBER + struct.pack("<I", 3) + importlib.util.source_hash(size.encode()) + code
    return importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, 1767225600, size) + code


def docx(*parts):
    return zipped(("word/document.xml", "<w:p/>"), *parts)


def relations(kind, target):
    relation = f'<Relationship Id="a" Type="http://x/{kind}" Target="{target}" TargetMode="External"/>'
    return ("word/_rels/document.xml.rels", f"<Relationships>{relation}</Relationships>")


def pdf(catalog):
    return f"%PDF-1.4\n1 0 obj\n<< /Type /Catalog {catalog} >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n".encode()


class Call:
    def __init__(self, call, *arguments):
        self.reduced = (call, arguments)

    def __reduce__(self):
        return self.reduced


FILE, LINK, PIPE = tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.FIFOTYPE
ZEROS = bytes(2 << 20)
SOURCE = "x = 1\n"
CACHE = bytecode(SOURCE, len(SOURCE))
ASSERTED = 'x = 1\nassert x, "no x"\n'
JOINED = 'x = "ab" "cd"  # Joined.\n'
hidden, _ = record(b"b.sh", SCRIPT, len(SCRIPT), crc=zlib.crc32(SCRIPT))
shown, listed = record(b"a.txt", b"x", 1, crc=zlib.crc32(b"x"))
other, _ = record(b"a.txt", b"x", 1, crc=zlib.crc32(b"x"), method=8)
sealed, sealing = record(b"a.sh", bytes(range(40)), 13, flags=1, method=99)
sealed_zip = ended(sealed, sealing, 1)

# Rule → examples that match and that do not: name, files; text stays text, bytes become hexadecimal digits.
EXAMPLES = {
    "archive-bomb": (
        [
            ("one stream that grows without end", {"a.txt.bz2": bz2.compress(ZEROS)}),
            ("a member in a packing that few look into", {"a.zip": zipped(("a.txt", ZEROS), method=zipfile.ZIP_BZIP2)}),
        ],
        [("a stream of zeros that is small when unpacked", {"a.txt.bz2": bz2.compress(bytes(100_000))})],
    ),
    "archive-deceives": (
        [
            ("a member that the directory does not list", {"a.zip": ended(shown + hidden, listed, 1)}),
            (
                "a member behind the end of a tape archive",
                {"a.tgz": packed(tarred(("a.txt", FILE, b"x")) + bytes(1024) + tarred(("a.sh", FILE, SCRIPT)))},
            ),
            ("two ways of packing for one member", {"a.zip": ended(other, listed, 1)}),
        ],
        [("sizes behind the data", {"a.zip": zipped(("a.txt", b"x"), out=Pipe())})],
    ),
    "archive-escapes": (
        [
            (
                "a link out of a tape archive",
                {"a.tgz": packed(tarred(("d", LINK, "../../../../.ssh"), ("d/authorized_keys", FILE, b"x")))},
            ),
            ("a parent folder as Windows writes it", {"a.zip": zipped(("a\\..\\..\\x.cmd", b"x"))}),
        ],
        [
            ("a link that stays inside", {"a.tgz": packed(tarred(("b.txt", FILE, b"x"), ("d/b.txt", LINK, "../b.txt")))}),
            ("names with dots", {"a.zip": zipped(("a..b/..c/x...txt", b"x"))}),
        ],
    ),
    "buried-program": (
        [
            ("machine code as a picture of a document", {"a.docx": docx(("word/media/image1.png", ELF))}),
            (
                "a script in a tape archive in a zip, known by its name only",
                {"a.zip": zipped(("b.tgz", packed(tarred(("a.py", FILE, b"print(1)\n")))))},
            ),
        ],
        [("a text two archives deep", {"a.zip": zipped(("b.zip", zipped(("a.txt", b"Run ls.\n"))))})],
    ),
    "bytecode-cache": (
        [
            (
                "a cache that is told from its source by a hash",
                {"lib/utils.py": SOURCE, "lib/__pycache__/utils.cpython-311.pyc": bytecode(SOURCE, SOURCE, is_hashed=True)},
            ),
            (
                "an optimised cache",
                {
                    "utils.py": ASSERTED,
                    "__pycache__/utils.cpython-311.opt-1.pyc": bytecode(ASSERTED, len(ASSERTED), optimise=1),
                },
            ),
            ("a cache beside its source", {"utils.py": SOURCE, "utils.pyc": CACHE}),
        ],
        [("a cache without its source", {"other.py": SOURCE, "__pycache__/utils.cpython-311.pyc": CACHE})],
    ),
    "bytecode-differs": (
        [
            (
                "another address in a cache of the right size",
                {"lib/utils.py": 'x = "a.test"\n', "lib/utils.pyc": bytecode('x = "b.test"\n', len('x = "a.test"\n'))},
            ),
            (
                "a hash instead of a time",
                {"utils.py": SOURCE, "__pycache__/utils.cpython-311.pyc": bytecode("x = eval\n", SOURCE, is_hashed=True)},
            ),
        ],
        [
            (
                "a text that the compiler joins",
                {"utils.py": JOINED, "__pycache__/utils.cpython-311.pyc": bytecode(JOINED, len(JOINED))},
            ),
        ],
    ),
    "deceptive-name": (
        [
            ("a device of Windows in an archive", {"a.zip": zipped(("docs/Aux.txt", b"x"))}),
            ("a pipe in an archive", {"a.tgz": packed(tarred(("a.txt", PIPE, b"")))}),
        ],
        [("names that begin like devices", {"auxiliary.md": "x", "com10.md": "x", "console/a.b.md": "x"})],
    ),
    "disguised-program": (
        [
            ("a script named as a table, with a blank in its first line", {"data/a.CSV": "#! /usr/bin/env python3\nprint(1)\n"}),
            ("bytecode named as data", {"model.dat": CACHE}),
        ],
        [("a text with its two letters", {"a.txt": "#!note\nls\n"})],
    ),
    "document-acts": (
        [
            ("a template from elsewhere", {"a.docx": docx(relations("attachedTemplate", "https://x7.invalid/t.dotm"))}),
            ("a program, by a name that is written in digits", {"a.pdf": pdf("/OpenAction << /S /L#61unch /F (a.sh) >>")}),
        ],
        [
            ("a document with a link", {"a.docx": docx(relations("hyperlink", "https://x7.invalid/t.dotm"))}),
            ("a PDF that opens at a page", {"a.pdf": pdf("/OpenAction [3 0 R /Fit]")}),
        ],
    ),
    "encrypted-member": (
        [
            ("locked by another method", {"a.zip": sealed_zip}),
            ("a locked archive in an open one", {"a.tgz": packed(tarred(("b.dat", FILE, sealed_zip)))}),
        ],
        [
            ("an archive that is named as a locked one", {"locked.zip": zipped(("password.txt", b"x"))}),
            ("a PDF that limits what may be done with it", {"a.pdf": pdf("/Encrypt 2 0 R")}),
        ],
    ),
    "pickle-calls": (
        [
            ("a call in an older format", {"model.bin": pickle.dumps(Call(eval, "1"), 2)}),
            ("a call in a packed model", {"model.pt": zipped(("m/data.pkl", pickle.dumps(Call(getattr, "a", "b"), 4)))}),
        ],
        [("a type of the standard library", {"a.pkl": pickle.dumps(OrderedDict(a=1), 4)})],
    ),
}


def shown_as(value):
    plain = all(c.isalnum() or c in "./-_ " for c in value) and value == value.strip()
    return value if plain else json.dumps(value)


def mapping(files):
    return "{ " + ", ".join(f"{shown_as(path)}: {json.dumps(text)}" for path, text in files.items()) + " }"


def yaml_of(name, files):
    texts = SKILL | {path: text for path, text in files.items() if isinstance(text, str)}
    data = {path: content.hex() for path, content in files.items() if isinstance(content, bytes)}
    lines = [f"    - name: {shown_as(name) if ', ' not in name else name}", f"      files: {mapping(texts)}"]
    if data:
        lines.append(f"      bytes: {mapping(data)}")
    return "".join(line + "\n" for line in lines)


for rule in sys.argv[1:] or EXAMPLES:
    path = RULES / f"{rule}.yaml"
    text = path.read_text()
    head, rest = text.split("examples:\n  match:\n")
    matching, others = rest.split("  no-match:\n")
    parts = []
    for known, examples in zip((matching, others), EXAMPLES[rule]):
        parts.append(known + "".join(yaml_of(*each) for each in examples if f"- name: {each[0]}\n" not in known))
    path.write_text(head + "examples:\n  match:\n" + parts[0] + "  no-match:\n" + parts[1])
