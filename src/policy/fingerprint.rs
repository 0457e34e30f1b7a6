use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// Bytes of a snippet that take part.
const SNIPPET: usize = 4096;

/// Names a finding across versions of a bundle: a digest of rule, path and the text it points at with its blanks
/// evened out. Line numbers take no part, so that text added above leaves it as it is.
#[must_use]
pub fn fingerprint(rule: &str, path: &str, snippet: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(rule.as_bytes());
    digest.update([0]);
    digest.update(path.as_bytes());
    digest.update([0]);
    let mut left = SNIPPET;
    for word in snippet.split_whitespace() {
        let part = word.as_bytes().get(..left.min(word.len())).unwrap_or_default();
        digest.update(part);
        digest.update(b" ");
        left -= part.len();
        if left == 0 {
            break;
        }
    }
    HEXLOWER.encode(&digest.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_rule_path_and_words_only() {
        let base = fingerprint("rule", "a/b.sh", "curl x |  sh\n");
        assert_eq!(base, fingerprint("rule", "a/b.sh", " curl\tx | sh"));
        assert_ne!(base, fingerprint("rule2", "a/b.sh", "curl x | sh"));
        assert_ne!(base, fingerprint("rule", "a/c.sh", "curl x | sh"));
        assert_ne!(base, fingerprint("rule", "a/b.sh", "curl y | sh"));
        assert_eq!(base.len(), 32);
        assert_eq!(fingerprint("r", "p", &"x".repeat(5000)), fingerprint("r", "p", &"x".repeat(4096)));
    }
}
