//! Passwords that the bundle's own texts offer for what they tell the reader to unpack.

use std::collections::BTreeSet;

/// Most passwords that are tried.
const MOST: usize = 256;
/// Longest password, in bytes.
const LONGEST: usize = 64;
/// How far behind such a word a password is looked for, and before it, in bytes.
const BEHIND: usize = 96;
const BEFORE: usize = 48;
/// Most mentions of one text that are looked at.
const MENTIONS: usize = 512;

/// Words that announce a password.
const WORDS: &[&str] = &[
    "password",
    "passphrase",
    "passcode",
    "passwd",
    "passwort",
    "contraseña",
    "пароль",
    "密码",
    "口令",
    "解压码",
    "pass",
    "pwd",
    "pw:",
    "-p",
    "unzip",
    "7z ",
    "unrar",
];

/// Passwords by custom, tried where the texts name none that fits.
const CUSTOM: &[&str] = &["infected", "password", "1234", "12345", "123456", "0000"];

/// The passwords that may be tried, in the order of their finding.
#[derive(Debug, Default)]
pub(in crate::bundle) struct Passwords {
    list: Vec<String>,
    known: BTreeSet<String>,
}

impl Passwords {
    /// Adds what `text` offers.
    pub(in crate::bundle) fn collect(&mut self, text: &[u8]) {
        let text = String::from_utf8_lossy(text);
        let lower = text.to_ascii_lowercase();
        let mut mentions: Vec<(usize, usize)> = Vec::new();
        for word in WORDS {
            let found = lower.match_indices(word).take(MENTIONS);
            mentions.extend(found.map(|(at, _)| (at, at + word.len())));
        }
        mentions.sort_unstable();
        for (start, end) in mentions.into_iter().take(MENTIONS) {
            self.behind(slice(&text, end, end + BEHIND));
            let before = slice(&text, start.saturating_sub(BEFORE), start);
            for quoted in quoted(before) {
                self.add(quoted);
            }
        }
    }

    /// The passwords, those by custom last.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(String::as_str).chain(CUSTOM.iter().copied())
    }

    fn behind(&mut self, text: &str) {
        for quoted in quoted(text) {
            self.add(quoted);
        }
        let line = text.lines().next().unwrap_or_default();
        for word in line.split([' ', '\t', '|', '=', ':', '：', '（', '）']).take(10) {
            self.add(word.strip_prefix("-p").unwrap_or_default());
            let bare = word.trim_matches(['"', '\'', '`', '(', ')', '[', ']', '<', '>', '*', '“', '”', '「', '」']);
            self.add(bare);
            // The full stop of the sentence may belong to the password, or not.
            self.add(bare.trim_end_matches(['.', ',', ';', '!', '?', '。', '，', ')', '`', '"', '\'', '*']));
        }
    }

    fn add(&mut self, password: &str) {
        let is_new = !password.is_empty() && password.len() <= LONGEST && self.list.len() < MOST;
        if is_new && self.known.insert(password.to_owned()) {
            self.list.push(password.to_owned());
        }
    }
}

/// What stands in quotes or backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    ['`', '"', '\''].into_iter().flat_map(|mark| text.split(mark).skip(1).step_by(2).take(4))
}

/// The part of a text between two places, moved to the nearest characters.
fn slice(text: &str, from: usize, to: usize) -> &str {
    let from = (from..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
    let to = (from..=to.min(text.len()).max(from)).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(from);
    text.get(from..to).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_taken_from_sentences_and_commands() {
        for (text, password) in [
            ("Extract tools.zip (password: `Sesame42`) and run it.", "Sesame42"),
            ("The archive password is open-it.", "open-it"),
            ("Use 'x y z' as the password.", "x y z"),
            ("unzip -qoP x9-open assets/tools.zip", "x9-open"),
            ("unzip -P \"a b\" t.zip", "a b"),
            ("7z x -psecret1 t.7z", "secret1"),
            ("解压密码：8888", "8888"),
            ("Passphrase = Straße!", "Straße!"),
        ] {
            let mut passwords = Passwords::default();
            passwords.collect(text.as_bytes());
            assert!(passwords.all().any(|known| known == password), "{text}: {:?}", passwords.list);
        }
    }

    #[test]
    fn no_text_offers_more_than_can_be_tried() {
        let mut passwords = Passwords::default();
        passwords.collect("password a1 b2 c3 d4 e5 f6 g7 h8 ".repeat(100_000).as_bytes());
        for number in 0..2000 {
            passwords.collect(format!("password {number}").as_bytes());
        }
        assert_eq!(passwords.list.len(), MOST);
    }
}
