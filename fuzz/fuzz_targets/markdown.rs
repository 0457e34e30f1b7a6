//! Markdown and prose: blocks, fences, spans, sentences.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::scan(&[("SKILL.md", data)]));
