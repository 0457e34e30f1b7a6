//! JSON manifests: hooks, servers, packages.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| skillscan_fuzz::scan(&[("SKILL.md", b"# A\n"), (".claude-plugin/plugin.json", data), (".mcp.json", data), ("package.json", data), ("hooks/hooks.json", data)]));
