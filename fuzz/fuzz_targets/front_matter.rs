//! Front matter: YAML of SKILL.md.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::scan(&[("SKILL.md", &[b"---\n", data, b"\n---\n# A\n"].concat())]));
