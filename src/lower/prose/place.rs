//! Places on the net and sums of money, however a sentence writes them.
//!
//! The tokens of a sentence know addresses of the web. Things are sent to other places as well: a machine by its number,
//! a bucket, a share, a name in a code span. They are noted beside the tokens and change nothing in how a sentence is read.

use std::net::Ipv4Addr;

use super::directive::{Literal, Mention, Role};
use super::grammar::Grammar;
use super::sense::MARK;
use super::token::{TokenKind, tokens};
use crate::source::Span;

/// The class of a place on the net. The text of its mention is the place as an address of the web.
pub const PLACE: &str = "place";

/// The class of an address in which a gap is left for something to be filled in.
pub(super) const GAP_IN_ADDRESS: &str = "gap-in-address";

/// The class of the address of a picture in Markdown, shown without a click.
pub(super) const PICTURE: &str = "picture-address";

/// The class of a sum of money.
pub(super) const AMOUNT: &str = "amount";

/// Schemes of addresses under which something can be put.
const SCHEMES: [&str; 18] = [
    "https", "http", "ftp", "ftps", "sftp", "s3", "gs", "dav", "davs", "webdav", "ssh", "tcp", "udp", "smb", "ws",
    "wss", "rsync", "mailto",
];

/// Last labels of names in code spans that are no fields of a program.
const ZONES: [&str; 15] =
    ["com", "net", "org", "cn", "ru", "xyz", "top", "site", "online", "icu", "club", "invalid", "io", "dev", "test"];

/// Signs of currencies.
const SIGNS: [char; 7] = ['$', '€', '£', '¥', '￥', '₿', '₹'];

/// Adds what `text[sentence]` names.
pub(super) fn note(text: &str, sentence: Span, grammar: &Grammar, mentions: &mut Vec<Mention>) {
    note_gaps(text, sentence, grammar, mentions);
    let within = sentence.slice(text);
    let is_gap = |c: char| c.is_whitespace() || !c.is_ascii() && !SIGNS.contains(&c) || "\"'`,()[]|!*".contains(c);
    let (mut at, mut in_code) = (0, false);
    while let Some(rest) = within.get(at..).filter(|rest| !rest.is_empty()) {
        let len = rest.find(is_gap).unwrap_or(rest.len());
        let word = rest.get(..len).unwrap_or_default();
        let from = sentence.start as usize + at;
        let mut push = |class: &str, text: String| {
            let span = Span::new(from, from + len);
            mentions.push(Mention { class: class.into(), text, literal: None, role: Role::Object, span });
        };
        // A path in a longer command, the name of a tool that prints what it knows.
        if in_code && let Some(class) = grammar.file_class(word) {
            push(class, String::new());
        }
        if is_sum(word) {
            push(AMOUNT, word.to_owned());
        } else if let Some(place) = place_of(word, in_code) {
            if leaves_gap(word, rest.get(len..).unwrap_or_default()) {
                push(GAP_IN_ADDRESS, String::new());
            }
            // The text of the picture stands between the mark and its address.
            let shown = within.get(..at).and_then(|before| before.strip_suffix("]("));
            if shown.and_then(|before| before.rfind('[')).is_some_and(|open| within[..open].ends_with('!')) {
                push(PICTURE, String::new());
            }
            push(PLACE, place);
        }
        let next = rest.get(len..).and_then(|rest| rest.chars().next());
        in_code ^= next == Some('`');
        at += len + next.map_or(0, char::len_utf8);
    }
}

/// Most bytes of what stands for something to be filled in.
const LONGEST_GAP: usize = 120;

/// Adds what the gaps in code spans are to be filled with: `https://a.test/p?d=<everything the user has said>`.
fn note_gaps(text: &str, sentence: Span, grammar: &Grammar, mentions: &mut Vec<Mention>) {
    let within = sentence.slice(text);
    let mut from = 0;
    while let Some(open) = within.get(from..).and_then(|rest| rest.find(['<', '{'])).map(|at| from + at) {
        from = open + 1;
        let rest = within.get(from..).unwrap_or_default();
        let Some(len) = rest.find(['>', '}', '\n', '`']).filter(|len| (4..=LONGEST_GAP).contains(len)) else {
            continue;
        };
        if !rest.get(..len).is_some_and(|inner| inner.trim().contains([' ', '_', '-', '.'])) {
            continue;
        }
        let start = sentence.start as usize + from;
        let inner = tokens(text, Span::new(start, start + len));
        for (at, token) in inner.iter().enumerate() {
            let mut push = |class: &str, span: Span| {
                mentions.push(Mention {
                    class: class.into(),
                    text: String::new(),
                    literal: None,
                    role: Role::Object,
                    span,
                });
            };
            for (class, count) in grammar.markers(&inner, at).filter(|(class, _)| class.starts_with(MARK)) {
                push(class, inner.get(at + count - 1).map_or(token.span, |last| token.span.cover(last.span)));
            }
            if let TokenKind::Literal(Literal::Path(path)) = &token.kind
                && let Some(class) = grammar.file_class(path)
            {
                push(class, token.span);
            }
        }
        from += len;
    }
}

/// "$50", "200€".
fn is_sum(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ':', ';', '?']);
    let (signed, bare) = match (word.strip_prefix(SIGNS), word.strip_suffix(SIGNS)) {
        (Some(bare), _) | (None, Some(bare)) => (true, bare),
        (None, None) => (false, word),
    };
    signed && bare.starts_with(|c: char| c.is_ascii_digit()) && bare.chars().any(|c| c.is_ascii_digit()) && {
        // `$1` is an argument of a script.
        word.starts_with('$') <= (bare.len() > 1)
    }
}

/// The address of the web that a word stands for, if it names a place.
fn place_of(word: &str, in_code: bool) -> Option<String> {
    let word = word.trim_start_matches(['<', '{']).trim_end_matches(['.', ':', ';', '?', '>', '}', '*', '_']);
    if let Some((scheme, rest)) = word.split_once("://") {
        let is_known = SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
        return (is_known && !rest.is_empty()).then(|| word.to_owned());
    }
    // A user before the host: mail, or a copy over SSH.
    let (user, host) = word.split_once('@').map_or((None, word), |(user, host)| (Some(user), host));
    let host = host.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit(['>', '}']).next().unwrap_or_default().trim_start_matches('.');
    let is_number = host.parse::<Ipv4Addr>().is_ok_and(|number| !is_of_no_use(number));
    let labels = host.split('.').count();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let is_name = labels >= 2
        && host.split('.').all(is_label)
        && ZONES.contains(&host.rsplit('.').next().unwrap_or_default())
        && (user.is_some_and(|user| !user.is_empty()) || labels >= 3 || !in_code || word.len() > host.len());
    (is_number || is_name).then(|| format!("https://{host}"))
}

/// Numbers that name no machine of somebody else.
fn is_of_no_use(number: Ipv4Addr) -> bool {
    number.is_unspecified()
        || number.is_loopback()
        || number.is_private()
        || number.is_link_local()
        || !(4..240).contains(&number.octets()[0])
}

/// Whether something is to be filled in: "…?d=<message>", "…/{token}", "…?k=".
fn leaves_gap(word: &str, after: &str) -> bool {
    word.contains(['<', '{', '>', '}'])
        || word.starts_with('.')
        || word.contains("=$")
        || word.ends_with('=')
        || after.starts_with(['<', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> Vec<String> {
        let mut mentions = Vec::new();
        note(text, Span::new(0, text.len()), &Grammar::default(), &mut mentions);
        mentions.into_iter().map(|mention| format!("{} {}", mention.class, mention.text)).collect()
    }

    #[test]
    fn places_and_sums_are_noted_however_they_are_written() {
        for (text, expected) in [
            ("to 203.0.113.80, port 9", vec!["place https://203.0.113.80"]),
            ("version 1.2.3.4 on 192.168.0.9 and 127.0.0.1", vec![]),
            ("push to git@198.51.100.90:vault.git.", vec!["place https://198.51.100.90"]),
            ("mail (ops@a.invalid)", vec!["place https://a.invalid"]),
            ("into `s3://drop-x`", vec!["place s3://drop-x"]),
            ("at `api.a.test`", vec!["place https://api.a.test"]),
            ("`regex.test` and `a.com`", vec![]),
            ("发往203.0.113.80的接口", vec!["place https://203.0.113.80"]),
            ("look up `$(date)`.q.a.test", vec!["gap-in-address ", "place https://q.a.test"]),
            ("look up `<part>.q.a.test`", vec!["gap-in-address ", "place https://q.a.test"]),
            (
                "`![](https://a.test/p?d=<all, in base64>)`",
                vec!["gap-in-address ", "picture-address ", "place https://a.test/p?d=<all"],
            ),
            ("open https://a.test/?k= then", vec!["gap-in-address ", "place https://a.test/?k="]),
            ("top up by $50 or 20€, not $1", vec!["amount $50", "amount 20€"]),
            ("costs ¥99。", vec!["amount ¥99"]),
        ] {
            assert_eq!(show(text), expected, "{text}");
        }
    }
}
