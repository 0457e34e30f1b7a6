//! Secrets by their structure: check sums and inner form where the provider defines them, and hiding them from reports.

use std::borrow::Cow;
use std::sync::OnceLock;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use regex::Regex;
use serde::Deserialize;

/// What is asked of the form of a secret, beyond its expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Check {
    /// Where its provider defines a check sum, it is right; where it is made of parts that can be read, they can.
    Structure,
    /// It is the body of a private key: base64 of a DER sequence, an OpenSSH key or an OpenPGP packet.
    Key,
}

impl Check {
    /// Whether a secret passes.
    pub(crate) fn accepts(self, secret: &str) -> bool {
        match self {
            Self::Structure => has_right_structure(secret),
            Self::Key => is_key_body(secret),
        }
    }
}

/// Digits of the check sums of GitHub and npm.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whether nothing about the form of a secret says that it was never issued. True for providers that define no more
/// than a prefix and a length.
fn has_right_structure(secret: &str) -> bool {
    if let Some(body) =
        ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"].iter().find_map(|start| secret.strip_prefix(start))
    {
        // GitHub, "Behind GitHub's new authentication token formats": the last six characters are the CRC-32 of those
        // before, in base 62. npm took the format over.
        let Some((random, sum)) = body.len().checked_sub(6).and_then(|at| body.split_at_checked(at)) else {
            return false;
        };
        return sum == base62(crc32(random.as_bytes()));
    }
    if secret.starts_with("eyJ") {
        // RFC 7519: a header and claims, each JSON.
        let mut parts = secret.split('.').map(|part| {
            BASE64URL_NOPAD
                .decode(part.as_bytes())
                .ok()
                .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok())
        });
        let header = parts.next().flatten();
        return header.is_some_and(|header| header.get("alg").is_some_and(|alg| alg != "none"))
            && parts.next().flatten().is_some();
    }
    if let Some(body) = secret.strip_prefix("pypi-") {
        // A macaroon: base64 of a version byte and a location.
        let head = body.get(..(body.len().min(64) & !3)).unwrap_or_default();
        return BASE64URL_NOPAD
            .decode(head.as_bytes())
            .is_ok_and(|bytes| memchr::memmem::find(&bytes, b"pypi.org").is_some());
    }
    if let Some(body) = secret.strip_prefix("AKIA").or_else(|| secret.strip_prefix("ASIA")) {
        // The account number in base 32 follows.
        return body.len() == 16 && data_encoding::BASE32.decode(body.as_bytes()).is_ok();
    }
    true
}

/// CRC-32 (IEEE 802.3) of a short text.
fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

fn base62(mut number: u32) -> String {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = BASE62.get(number as usize % 62).copied().unwrap_or(b'0');
        number /= 62;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// Whether a text is the body of a private key in the armour of RFC 7468, OpenSSH or OpenPGP.
fn is_key_body(text: &str) -> bool {
    let text = text.replace("\\n", "").replace("\\r", "");
    let mut body: String = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/')).collect();
    body.truncate(body.len() & !3);
    let Ok(bytes) = BASE64.decode(body.as_bytes()) else { return false };
    match bytes.as_slice() {
        // A sequence whose length agrees with what is there (the end may be cut off with the padding).
        [0x30, 0x82, high, low, ..] => {
            let told = usize::from(u16::from_be_bytes([*high, *low])) + 4;
            told.abs_diff(bytes.len()) <= 3
        }
        [0x30, 0x81, len, ..] => (usize::from(*len) + 3).abs_diff(bytes.len()) <= 3,
        [0x30, len, ..] if *len < 0x80 => (usize::from(*len) + 2).abs_diff(bytes.len()) <= 3,
        // OpenPGP (RFC 9580): a packet of tag 5.
        [first, ..] if *first == 0xC5 || first & 0xFC == 0x94 => true,
        _ => bytes.starts_with(b"openssh-key-v1\0"),
    }
}

/// Everything that has the form of a secret.
fn secrets() -> Option<&'static Regex> {
    static SECRETS: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = concat!(
        r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
        r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|xapp-|sk-|sk_live_|rk_live_|sk_test_|AKIA|ASIA|AIza|npm_|pypi-|hf_|dop_v1_|shpat_|SG\.|tskey-|ya29\.|gsk_|whsec_|lin_api_|dckr_pat_|ATATT|sq0csp-|glsa_|figd_|r8_|xai-|pplx-|tvly-)[A-Za-z0-9_\-.]{12,}",
        r"|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
        r"|\bbot\d{6,}:[A-Za-z0-9_-]{20,}|\b\d{8,10}:[A-Za-z0-9_-]{34,}",
        r"|\bhttps://hooks\.slack\.com/services/[A-Za-z0-9/]{20,}",
        r"|\bhttps://(?:\w+\.)?discord(?:app)?\.com/api/webhooks/\d+/[A-Za-z0-9_-]{20,}",
    );
    SECRETS.get_or_init(|| Regex::new(pattern).ok()).as_ref()
}

/// The text with everything that has the form of a secret cut down to its first four characters.
#[must_use]
pub fn redacted(text: &str) -> Cow<'_, str> {
    let Some(regex) = secrets() else { return Cow::Borrowed(text) };
    regex.replace_all(text, |found: &regex::Captures<'_>| {
        let start: String = found[0].chars().take(4).collect();
        format!("{start}…(redacted)")
    })
}

/// The text with everything that has the form of a secret struck out behind its first four characters: every byte but
/// line breaks becomes an asterisk, so that places in the text stay.
#[must_use]
pub fn struck_out(text: String) -> String {
    let Some(regex) = secrets() else { return text };
    if !regex.is_match(&text) {
        return text;
    }
    let mut bytes = text.clone().into_bytes();
    for found in regex.find_iter(&text) {
        let shown = found.as_str().char_indices().nth(4).map_or(found.len(), |(at, _)| at);
        for byte in bytes.get_mut(found.start() + shown..found.end()).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'*';
            }
        }
    }
    String::from_utf8(bytes).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token with a right check sum, made here: one that stands in a file would be reported by others who look.
    fn token(start: &str, random: &str) -> String {
        format!("{start}{random}{}", base62(crc32(random.as_bytes())))
    }

    #[test]
    fn check_sums_are_checked() {
        let random = "k9Qw2LmZ8rTf4VbNs6XyH1cD5eJ7pG";
        assert!(Check::Structure.accepts(&token("ghp_", random)));
        assert!(Check::Structure.accepts(&token("npm_", random)));
        let mut wrong = token("ghp_", random);
        wrong.replace_range(6..7, "Q");
        assert!(!Check::Structure.accepts(&wrong));
        assert!(!Check::Structure.accepts("ghp_"));
        // What defines no sum is not doubted.
        assert!(Check::Structure.accepts("sk_live_Zk8Qw2LmX9rTf4VbNs6YyH1c"));
        assert!(Check::Structure.accepts("AKIAQ7ZL3MXW5RTN2VYK"));
        let part = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let jwt = format!("{}.{}.c2ln", part("{\"alg\":\"HS256\"}"), part("{\"sub\":\"a\"}"));
        assert!(Check::Structure.accepts(&jwt));
        assert!(!Check::Structure.accepts("eyJhbGciOi.eyJzdWIi.x"));
    }

    #[test]
    fn bodies_of_keys_are_read() {
        let der: Vec<u8> = [0x30, 0x81, 0x87].into_iter().chain(std::iter::repeat_n(7, 0x87)).collect();
        assert!(Check::Key.accepts(&BASE64.encode(&der)));
        assert!(Check::Key.accepts(&BASE64.encode(b"openssh-key-v1\0and more of it")));
        for text in ["AAAAAAAA", "Your key goes here", "", "MIIE...", "k9Qw2LmZ8rTf4VbNs6XyH1cD5eJ7pGuR3tWa"] {
            assert!(!Check::Key.accepts(text), "{text}");
        }
    }

    #[test]
    fn secrets_are_struck_out_in_place() {
        let secret = format!("ghp_{}", "a1B2".repeat(9));
        let text = format!("ä = \"{secret}\" # ü");
        let struck = struck_out(text.clone());
        assert_eq!(struck.len(), text.len());
        assert_eq!(struck, format!("ä = \"ghp_{}\" # ü", "*".repeat(36)));
        assert_eq!(struck_out("plain".to_owned()), "plain");
    }
}
