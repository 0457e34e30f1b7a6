//! Archives: by their magic bytes, whatever the name says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::scan(&[("SKILL.md", b"# A\n"), ("a.zip", data), ("b.tar", data)]));
