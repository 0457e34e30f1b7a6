#!/usr/bin/env python3
"""Makes hostile archives and binaries to measure time and memory with: `hostile.py FOLDER`. Each is a bundle of its own
(FOLDER/NAME/SKILL.md beside the file). Nothing of it is kept in the repository."""
import bz2
import gzip
import io
import lzma
import pickle
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

ROOT = Path(sys.argv[1])


def bundle(name, file, content):
    folder = ROOT / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SKILL.md").write_text(f"---\nname: {name}\ndescription: x\n---\n\nSee `{file}`.\n")
    (folder / file).write_bytes(content)


def zipped(members, stored=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED, compresslevel=None if stored else 9) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def overlapping(data, method, size, count):
    """Every entry of the directory stands for the same packed bytes."""
    name = b"a.txt"
    fields = struct.pack("<HHHHHIII", 20, 0, method, 0, 0, 0, len(data), size)
    local = b"PK\x03\x04" + fields + struct.pack("<HH", len(name), 0) + name + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHHHII", len(name), 0, 0, 0, 0, 0, 0) + name
    directory = central * count
    return local + directory + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(local), 0)


def pack(command, data):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


zeros = bytes(1 << 30)
bundle("zip-1000-to-1", "a.zip", zipped([("a.bin", zeros)]))
bundle("text-bomb", "a.zip", zipped([("a.md", b"Read this. " * (40 << 20))]))
level = zipped([(f"{k}.bin", bytes(4 << 20)) for k in range(16)])
for _ in range(5):
    level = zipped([(f"lib{k}.zip", level) for k in range(16)])
bundle("nesting-42", "a.zip", level)
bundle("overlapping-bomb", "a.zip", overlapping(zlib.compress(zeros[: 20 << 20], 9)[2:-4], 8, 20 << 20, 50000))
bundle("overlapping-empty-blocks", "a.zip", overlapping(b"\x00\x00\x00\xff\xff" * (4 << 20), 8, 0, 30000))
bundle("members-100k-zip", "a.zip", zipped([(f"d/{k}.txt", b"x") for k in range(100_000)], stored=True))
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
    for k in range(100_000):
        archive.addfile(tarfile.TarInfo(f"d/{k}.txt"))
bundle("members-100k-tgz", "a.tgz", gzip.compress(out.getvalue()))
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
    for k in range(40):
        archive.addfile(tarfile.TarInfo("n" * (1 << 20) + str(k)))
bundle("pax-names", "a.tar", out.getvalue())
whole = zipped([(f"{k}.txt", b"text " * 1000) for k in range(1000)])
bundle("truncated-zip", "a.zip", whole[: len(whole) // 2])
bundle("truncated-tgz", "a.tgz", gzip.compress(bytes(1 << 20) + out.getvalue())[:20000])
layers = b"x" * 1000
for _ in range(100):
    layers = gzip.compress(layers)
bundle("gzip-100-layers", "a.gz", layers)
bundle("gzip-bomb", "a.gz", gzip.compress(zeros))
bundle("bzip2-bomb", "a.bz2", bz2.compress(zeros[: 256 << 20]))
bundle("xz-bomb", "a.xz", lzma.compress(zeros[: 256 << 20], preset=9 | lzma.PRESET_EXTREME))
bundle("xz-large-dictionary", "a.xz", lzma.compress(b"x" * 1000, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1536 << 20}]))
bundle("zstd-bomb", "a.zst", pack(["zstd", "-19", "--long=31", "-c"], zeros[: 256 << 20]))
bundle("local-headers", "a.zip", b"PK\x03\x04" + b"\x14\0\0\0\x08\0" + bytes(12) + b"\x04\0\0\0" + b"\x01\0\0\0a" * 1 + (b"PK\x03\x04\x14\0\x08\0\x08\0" + bytes(16) + b"\x01\0\0\0a" + b"\x00\x00\x00\xff\xff") * 300_000)
bundle("pyc-deep", "a.pyc", b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(20) + b")\x01" * (10 << 20))
bundle("pyc-large-counts", "a.pyc", b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(20) + b"(\xff\xff\xff\x7f" * (2 << 20))
consts = b"".join(b"\xfa\x08" + b"%08d" % k for k in range(400_000))
bundle("pyc-many-texts", "x.pyc", b"\xa7\r\r\n" + bytes(12) + b"\xe3" + bytes(20) + b"s\0\0\0\0(" + struct.pack("<I", 400_000) + consts + b")\0" * 6 + bytes(4) + b")\0" * 2)
(ROOT / "pyc-many-texts" / "x.py").write_bytes(b"x = 'abcdefgh'\n" * 250_000)
bundle("pickle-memo", "a.pkl", b"\x80\x04" + b"\x8c\x40" + b"a" * 64 + b"\x94" + b"h\0" * (8 << 20) + b".")
chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + bytes(4)
bundle("png-text-bombs", "a.png", b"\x89PNG\r\n\x1a\n" + chunk(b"zTXt", b"k\0\0" + zlib.compress(zeros[: 100 << 20], 9)) * 50 + chunk(b"IEND", b""))
bundle("pdf-streams", "a.pdf", b"%PDF-1.4\n\x80\x81\x82\x83\0\0" + (b"1 0 obj<</FlateDecode/Length 9>>stream\n" + zlib.compress(b"BT (a) Tj ET") + b"endstream ") * 300_000)
bundle("pdf-bomb", "a.pdf", b"%PDF-1.4\n\x80\x81\x82\x83\0\0" + b"1 0 obj<</FlateDecode>>stream\n" + zlib.compress(b"BT" + zeros[: 500 << 20], 9) + b"endstream")
bundle("elf-60-mib", "a.so", b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0" + b"printable string \x00\x01" * (3 << 20))
bundle("names", "a.zip", zipped([(f"x\x1b[2J\n{k}/../\u202e", b"x") for k in range(2000)]))
