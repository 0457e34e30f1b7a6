//! Words, code spans, URLs and paths of a sentence.

use unicode_normalization::UnicodeNormalization;

use super::directive::Literal;
use crate::source::Span;

/// One token of a sentence.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// Folded for matching: lower case, compatibility forms, invisible characters removed.
    pub(super) folded: String,
    /// What it is.
    pub(super) kind: TokenKind,
    /// Where it stands, in the text that was lowered.
    pub(super) span: Span,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word of letters and digits, or one character of a script without blanks.
    Word,
    /// One punctuation mark.
    Mark(char),
    /// A code span, URL or path.
    Literal(Literal),
}

/// Tokens of `text[span]`.
pub(super) fn tokens(text: &str, span: Span) -> Vec<Token> {
    let mut found = Vec::new();
    let end = span.end as usize;
    let mut at = span.start as usize;
    while at < end {
        let rest = &text[at..end];
        let Some(c) = rest.chars().next() else { break };
        let len = if c == '`' {
            code_span(rest, at, &mut found)
        } else if let Some(len) = url_len(rest) {
            push_literal(Literal::Url(rest[..len].to_owned()), at, len, &mut found);
            len
        } else if let Some(len) = address_len(rest) {
            push_literal(Literal::Url(rest[..len].to_owned()), at, len, &mut found);
            len
        } else if let Some(len) = host_len(rest, at.checked_sub(1).and_then(|before| text.as_bytes().get(before))) {
            push_literal(Literal::Url(format!("https://{}", &rest[..len])), at, len, &mut found);
            len
        } else if let Some(len) = number_len(rest, at.checked_sub(1).and_then(|before| text.as_bytes().get(before))) {
            push_literal(Literal::Url(format!("http://{}", &rest[..len])), at, len, &mut found);
            len
        } else if let Some(len) = path_len(rest, at.checked_sub(1).and_then(|before| text.as_bytes().get(before))) {
            push_literal(Literal::Path(rest[..len].to_owned()), at, len, &mut found);
            len
        } else if is_word(c) {
            word(rest, at, &mut found)
        } else {
            if !c.is_whitespace() && !is_invisible(c) {
                found.push(Token {
                    folded: c.to_string(),
                    kind: TokenKind::Mark(c),
                    span: Span::new(at, at + c.len_utf8()),
                });
            }
            c.len_utf8()
        };
        at += len;
    }
    found
}

/// Whether a character is written without blanks between words (Han, Kana, Hangul excepted: it has blanks).
pub(super) fn stands_alone(c: char) -> bool {
    matches!(c as u32, 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Characters that a reader does not see and that hide words from matching.
fn is_invisible(c: char) -> bool {
    matches!(c as u32, 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x2064 | 0x2066..=0x206F | 0xFEFF | 0xE0000..=0xE007F)
}

fn word(rest: &str, at: usize, found: &mut Vec<Token>) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let len = if rest.chars().next().is_some_and(stands_alone) {
        first
    } else {
        let inner = |(index, c): &(usize, char)| {
            let apostrophe = matches!(c, '\'' | '’') && rest[index + c.len_utf8()..].starts_with(char::is_alphabetic);
            (is_word(*c) && !stands_alone(*c)) || apostrophe || is_invisible(*c) || is_joiner(rest, *index, *c)
        };
        rest.char_indices().take_while(inner).last().map_or(first, |(index, c)| index + c.len_utf8())
    };
    let folded: String = rest[..len]
        .nfkc()
        .filter(|c| !is_invisible(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == '’' { '\'' } else { c })
        .collect();
    found.push(Token { folded, kind: TokenKind::Word, span: Span::new(at, at + len) });
    len
}

/// A hyphen between letters belongs to the word.
fn is_joiner(rest: &str, index: usize, c: char) -> bool {
    c == '-' && rest[index + 1..].starts_with(|next: char| next.is_alphanumeric() && !stands_alone(next))
}

fn code_span(rest: &str, at: usize, found: &mut Vec<Token>) -> usize {
    let ticks = rest.len() - rest.trim_start_matches('`').len();
    let fence = &rest[..ticks];
    let Some(close) = rest[ticks..].find(fence) else {
        return ticks;
    };
    let inner = rest[ticks..ticks + close].trim();
    let len = ticks + close + ticks;
    push_literal(literal_of(inner), at, len, found);
    len
}

/// What the text of a code span names.
pub(super) fn literal_of(text: &str) -> Literal {
    if url_len(text) == Some(text.len()) {
        Literal::Url(text.to_owned())
    } else if path_len(text, None) == Some(text.len()) {
        Literal::Path(text.to_owned())
    } else if is_host_in_code(text) {
        Literal::Url(format!("https://{text}"))
    } else if number_len(text, None) == Some(text.len()) {
        Literal::Url(format!("http://{text}"))
    } else {
        Literal::Code(text.to_owned())
    }
}

fn push_literal(literal: Literal, at: usize, len: usize, found: &mut Vec<Token>) {
    found.push(Token { folded: String::new(), kind: TokenKind::Literal(literal), span: Span::new(at, at + len) });
}

/// The length of an e-mail address at the start of `rest`: something can be sent there as to a URL.
fn address_len(rest: &str) -> Option<usize> {
    // The longest name before the @ that mail allows.
    const LONGEST: usize = 64;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let at = rest.bytes().take(LONGEST + 1).position(|byte| !is_name(byte.into())).filter(|at| *at > 0)?;
    let host = rest[at..].strip_prefix('@')?;
    let end = host.find(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c))).unwrap_or(host.len());
    let host = host[..end].trim_end_matches(['.', '-']);
    let (name, zone) = host.rsplit_once('.')?;
    let is_host = !name.is_empty() && zone.len() >= 2 && zone.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_host.then_some(at + 1 + host.len())
}

fn url_len(rest: &str) -> Option<usize> {
    let scheme = ["https://", "http://", "ftp://", "hxxps://", "hxxp://", "ws://", "wss://"]
        .into_iter()
        .find(|scheme| rest.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))?;
    let stop = rest
        .find(|c: char| c.is_whitespace() || "<>\"`'，。；、）】」".contains(c) || stands_alone(c))
        .unwrap_or(rest.len());
    let mut len = rest[..stop].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '~', '|']).len();
    // A closing bracket belongs to the sentence unless the URL opened it.
    while rest[..len].ends_with([')', ']']) && !rest[..len].contains(['(', '[']) {
        len -= 1;
    }
    (len > scheme.len()).then_some(len)
}

/// The length of a host that is written without a scheme (`api.example.com:8080/x`) at the start of `rest`.
fn host_len(rest: &str, before: Option<&u8>) -> Option<usize> {
    if !rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"/@.-_$%{\\:".contains(byte))
    {
        return None;
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
    let host = rest.get(..end)?.trim_end_matches(['.', '-']);
    let (name, zone) = host.rsplit_once('.')?;
    let is_host = (ZONES.contains(&zone) || name.contains('.') && ZONES_OF_SERVERS.contains(&zone))
        && name.split('.').all(|label| !label.is_empty())
        && host.bytes().all(|byte| !byte.is_ascii_uppercase())
        && !NO_HOSTS.contains(&host);
    let after = rest.get(host.len()..)?;
    // `pkg.test()` and `a.com = 1` are code, and so is `test.net_price`.
    if !is_host || after.starts_with(['(', '_', '[', '=', '@', '{']) {
        return None;
    }
    let (port, path) = port_and_path(after);
    Some(host.len() + port + path)
}

/// The lengths of the port, with its colon, and of the path that follow a host.
fn port_and_path(after: &str) -> (usize, usize) {
    let port = after.strip_prefix(':').map_or(0, |port| {
        let digits = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
        if digits == 0 { 0 } else { digits + 1 }
    });
    let path = after.get(port..).filter(|rest| rest.starts_with('/')).map_or(0, |path| {
        let stop = path
            .find(|c: char| c.is_whitespace() || "<>\"`'，。；、）】」(){}|".contains(c) || stands_alone(c))
            .unwrap_or(path.len());
        path[..stop].trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_']).len()
    });
    (port, path)
}

/// Whether a code span is a host, with or without a path. In code a name with one dot is as often a member of something
/// (`logger.info`, `window.top`); one with a path or two dots under such a zone is none.
fn is_host_in_code(text: &str) -> bool {
    host_len(text, None) == Some(text.len())
        && (text.contains('/') || text.split(':').next().is_some_and(|host| host.matches('.').count() > 1))
        && !text.contains("..")
}

/// The length of a numeric address that is written without a scheme (`203.0.113.7:8080/x`) at the start of `rest`.
///
/// Only public ones: nobody is sent out by `127.0.0.1`. Numbers that are all small are those of versions and sections.
fn number_len(rest: &str, before: Option<&u8>) -> Option<usize> {
    /// No minor version or section is as high as that.
    const HIGH: u8 = 31;
    if !rest.starts_with(|c: char| c.is_ascii_digit())
        || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"/@.-_$%{\\:".contains(byte))
    {
        return None;
    }
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let number = rest.get(..end)?.trim_end_matches('.');
    let address: std::net::Ipv4Addr = number.parse().ok()?;
    // 240.0.0.0/4: nobody answers there (RFC 1112, section 4).
    let is_reserved = address.octets()[0] >= 240
        || address.is_loopback()
        || address.is_private()
        || address.is_unspecified()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast();
    let after = rest.get(number.len()..)?;
    // A block of addresses, a name that goes on.
    if is_reserved || after.starts_with(|c: char| c.is_ascii_alphanumeric() || "-_@".contains(c)) {
        return None;
    }
    let (port, path) = port_and_path(after);
    let is_block =
        path > 1 && after.get(port + 1..port + path).is_some_and(|path| path.bytes().all(|byte| byte.is_ascii_digit()));
    (!is_block && (port > 0 || path > 0 || address.octets().iter().any(|octet| *octet > HIGH)))
        .then_some(number.len() + port + path)
}

/// Zones under which a name with one dot is a host.
const ZONES: &[&str] = &[
    "com", "net", "org", "cn", "ru", "xyz", "top", "site", "online", "info", "biz", "icu", "club", "cloud", "test",
    "invalid",
];

/// Zones whose names with one dot are as often those of libraries and files.
const ZONES_OF_SERVERS: &[&str] =
    &["io", "dev", "ai", "co", "me", "tech", "page", "host", "space", "live", "link", "gg", "cc", "tk", "pw", "su"];

/// Names of frameworks that look like hosts.
const NO_HOSTS: &[&str] = &["asp.net", "ado.net", "vb.net", "ml.net"];

/// Length of a path at the start of `rest`: `~/x`, `./x`, `/a/b`, `C:\x`, `$HOME/x`, `dir/file`, `name.ext`, `.env`.
fn path_len(rest: &str, before: Option<&u8>) -> Option<usize> {
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'@' | b'.' | b'-' | b'_')) {
        return None;
    }
    let stop = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "~./\\_-$%{}*+@:".contains(c))).unwrap_or(rest.len());
    let text = rest[..stop].trim_end_matches(['.', ':', '*', '-', '_']);
    let is_rooted = ["~/", "./", "../", "$HOME/", "${HOME}/", "%USERPROFILE%", "%APPDATA%", "~\\"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
        || (text.starts_with('/') && text[1..].contains('/'))
        || (text.len() > 3 && text.as_bytes()[1..3] == *b":\\");
    if is_rooted {
        return Some(text.len());
    }
    if text.contains(':') || text.contains('@') {
        return None;
    }
    let name = text.rsplit('/').next().unwrap_or(text);
    let has_extension = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        (1..=10).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
            && (!stem.is_empty() || extension.len() >= 3)
            && KNOWN_EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
    });
    (has_extension && text.len() > 2).then_some(text.len())
}

/// Extensions that make a bare word a file name. Sorted by what they hold.
const KNOWN_EXTENSIONS: &[&str] = &[
    "md",
    "mdc",
    "mdx",
    "txt",
    "rst",
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "csv",
    "tsv",
    "html",
    "htm",
    "svg",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "json",
    "jsonl",
    "yaml",
    "yml",
    "toml",
    "ini",
    "cfg",
    "conf",
    "xml",
    "env",
    "lock",
    "log",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "bat",
    "cmd",
    "py",
    "js",
    "mjs",
    "cjs",
    "ts",
    "tsx",
    "rb",
    "pl",
    "php",
    "lua",
    "go",
    "rs",
    "swift",
    "scpt",
    "applescript",
    "exe",
    "msi",
    "dmg",
    "pkg",
    "app",
    "deb",
    "rpm",
    "apk",
    "appimage",
    "jar",
    "bin",
    "dll",
    "so",
    "dylib",
    "zip",
    "tar",
    "gz",
    "tgz",
    "xz",
    "bz2",
    "zst",
    "rar",
    "7z",
    "iso",
    "whl",
    "pem",
    "key",
    "p12",
    "pfx",
    "crt",
    "kdbx",
    "db",
    "sqlite",
    "wallet",
    "cursorrules",
    "clinerules",
    "netrc",
    "npmrc",
    "zshrc",
    "bashrc",
    "profile",
    "bash_profile",
    "ssh",
    "aws",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Vec<String> {
        tokens(text, Span::new(0, text.len()))
            .into_iter()
            .map(|token| match token.kind {
                TokenKind::Literal(literal) => format!("{literal:?}"),
                _ => token.folded,
            })
            .collect()
    }

    #[test]
    fn tokens_are_what_a_reader_sees() {
        for (text, expected) in [
            ("Don’t STOP", vec!["don't", "stop"]),
            ("ig\u{200b}nore", vec!["ignore"]),
            ("see https://a.test/b.md.", vec!["see", "Url(\"https://a.test/b.md\")", "."]),
            ("(https://a.test/b)", vec!["(", "Url(\"https://a.test/b\")", ")"]),
            ("read ~/.aws/credentials now", vec!["read", "Path(\"~/.aws/credentials\")", "now"]),
            ("the .env file", vec!["the", "Path(\".env\")", "file"]),
            ("SOUL.md, then", vec!["Path(\"SOUL.md\")", ",", "then"]),
            ("run `npm i x`", vec!["run", "Code(\"npm i x\")"]),
            (
                "at a.b.test:8443, or x.com/y.",
                vec!["at", "Url(\"https://a.b.test:8443\")", ",", "or", "Url(\"https://x.com/y\")", "."],
            ),
            ("node.io a.com() e.g. x", vec!["node", ".", "io", "a", ".", "com", "(", ")", "e", ".", "g", ".", "x"]),
            (
                "Poll 203.0.113.12 or `203.0.113.7:81/x`.",
                vec!["poll", "Url(\"http://203.0.113.12\")", "or", "Url(\"http://203.0.113.7:81/x\")", "."],
            ),
            ("`cmd.kit.test` `a.test`", vec!["Url(\"https://cmd.kit.test\")", "Code(\"a.test\")"]),
            ("下载它", vec!["下", "载", "它"]),
            ("vue.js and e.g. this", vec!["Path(\"vue.js\")", "and", "e", ".", "g", ".", "this"]),
            ("pre-installed on-the-fly", vec!["pre-installed", "on-the-fly"]),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }
}
