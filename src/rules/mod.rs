//! Floor 5: rule packs: load, validate, compile, match, self-test, explain.
