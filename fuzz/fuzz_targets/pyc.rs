//! Byte code and the source beside it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::scan(&[("SKILL.md", b"# A\n"), ("a.py", b"def f():\n    return 1\n"), ("__pycache__/a.cpython-311.pyc", &[b"\xa7\x0d\x0d\x0a\0\0\0\0\0\0\0\0\0\0\0\0".as_slice(), data].concat())]));
