//! JavaScript: lowering and folding.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::script("x.js", data));
