use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::file::{Bundle, File, Origin};

impl File {
    /// SHA-256 of the content that was read, in lower-case hex. Computed anew at each call.
    #[must_use]
    pub fn sha256(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(&self.bytes))
    }
}

impl Bundle {
    /// One digest for everything in the bundle that was read: `sha256:` and 64 lower-case hex digits.
    ///
    /// It is the SHA-256 of one record per file and then one per symbolic link, each group sorted by path bytes. A
    /// record is a byte (`f` or `l`), the length of the path in bytes as 64 bits little-endian, the path, and the
    /// 32-byte SHA-256 of the content or of the link's target. The bundle's own name and place, permissions, empty
    /// folders and times do not count, nor what is in its archives: their own bytes do.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut whole = Sha256::new();
        let files = self
            .files
            .iter()
            .filter(|file| file.origin == Origin::Bundle)
            .map(|file| (b"f", &file.path, &file.bytes[..]));
        let is_member = |path: &str| {
            path.match_indices("!/").any(|(at, _)| path.get(..at).is_some_and(|carrier| self.file(carrier).is_some()))
        };
        let links = self.links.iter().filter(|(path, _)| !is_member(path));
        let links = links.map(|(path, target)| (b"l", path, target.as_bytes()));
        for (kind, path, content) in files.chain(links) {
            whole.update(kind);
            whole.update((path.len() as u64).to_le_bytes());
            whole.update(path.as_bytes());
            whole.update(Sha256::digest(content));
        }
        format!("sha256:{}", HEXLOWER.encode(&whole.finalize()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::bundle::FileKind;

    fn bundle(files: &[(&str, &str)], links: &[(&str, &str)]) -> Bundle {
        Bundle {
            shown: "anywhere".to_owned(),
            name: "any".to_owned(),
            files: files
                .iter()
                .map(|&(path, content)| File {
                    path: Arc::from(path),
                    kind: FileKind::Text,
                    bytes: Arc::from(content.as_bytes()),
                    size: content.len() as u64,
                    executable: false,
                    origin: Origin::Bundle,
                })
                .collect(),
            links: links.iter().map(|&(path, target)| (Arc::from(path), target.to_owned())).collect(),
            ..Bundle::default()
        }
    }

    #[test]
    fn the_digest_is_what_its_documentation_says() {
        // python3 -c 'import hashlib as h; s=h.sha256; print(s(b"f"+(8).to_bytes(8,"little")+b"SKILL.md"+s(b"hi").digest()).hexdigest())'
        let expected = "sha256:6042b66b41f8b0f631e98f35a8bf0fc076c946506370d8ab6f99d5d7980d8af1";
        assert_eq!(bundle(&[("SKILL.md", "hi")], &[]).digest(), expected);
        assert_eq!(
            bundle(&[("a", "")], &[]).files[0].sha256(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn every_change_changes_the_digest() {
        let digests: std::collections::BTreeSet<String> = [
            bundle(&[], &[]),
            bundle(&[("a", "x")], &[]),
            bundle(&[("a", "y")], &[]),
            bundle(&[("b", "x")], &[]),
            bundle(&[("a", "x"), ("b", "")], &[]),
            bundle(&[], &[("a", "x")]),
            bundle(&[], &[("a", "y")]),
        ]
        .iter()
        .map(Bundle::digest)
        .collect();
        assert_eq!(digests.len(), 7);
    }
}
