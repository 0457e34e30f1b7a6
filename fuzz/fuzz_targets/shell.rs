//! Shell words: quotes, expansions, here-documents, substitutions, and what they fold to.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::script("x.sh", data));
