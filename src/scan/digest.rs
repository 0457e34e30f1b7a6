use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::bundle::Bundle;

/// SHA-256, in hex, over every file (path, size, SHA-256 of its content) and every link (path, target) of a bundle,
/// in order of path. Each text is preceded by its length, so that no two bundles make the same input.
pub(super) fn digest(bundle: &Bundle) -> String {
    let mut whole = Sha256::new();
    let mut part = |bytes: &[u8]| {
        whole.update((bytes.len() as u64).to_le_bytes());
        whole.update(bytes);
    };
    for file in &bundle.files {
        part(b"file");
        part(file.path.as_bytes());
        part(&file.size.to_le_bytes());
        part(&Sha256::digest(&file.bytes));
    }
    for (path, target) in &bundle.links {
        part(b"link");
        part(path.as_bytes());
        part(target.as_bytes());
    }
    HEXLOWER.encode(&whole.finalize())
}
