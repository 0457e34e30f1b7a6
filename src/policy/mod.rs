//! Floor 6: configuration, fingerprints and the verdict.
