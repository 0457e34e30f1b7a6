//! `text`: regular expressions on scopes of text, with the clause deciding how prose is put.

use std::sync::OnceLock;

use regex::Regex;

use super::super::lexicon::Lexicon;
use super::super::polarity;
use super::super::rule::TextPattern;
use super::super::subject::{Piece, Subject, reach_of};
use super::super::written::Scope;
use super::{Hit, Spot};
use crate::finding::Certainty;
use crate::flow::Place;
use crate::source::Span;

/// Most hits of one rule in one piece of text: more of the same tell a reader nothing.
const HITS: usize = 50;
/// Most bytes of a line that are looked at before and behind a stretch of it.
const REACH: usize = 2000;
/// Hits before a place that are asked whether they reach it.
const NEIGHBOURS: usize = 32;

/// Every stretch that one of the expressions finds.
pub(super) fn hits(pattern: &TextPattern, subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut written = 0;
    let places = pattern.regexes.iter().enumerate().flat_map(|(order, regex)| {
        subject.candidates(regex.pattern()).into_iter().map(move |piece| (piece, order, regex))
    });
    let mut places: Vec<_> = places.filter(|(piece, ..)| is_asked(pattern, &subject.pieces[*piece], subject)).collect();
    places.sort_unstable_by_key(|&(piece, order, _)| (piece, order));
    for of_piece in places.chunk_by(|a, b| a.0 == b.0) {
        let mut found_here = 0;
        for &(piece, _, regex) in of_piece {
            let (piece, Some(regex)) = (&subject.pieces[piece], regex.get()) else { continue };
            for found in regex.captures_iter(piece.text) {
                let Some(whole) = found.get(0) else { continue };
                let value = found.get(1).map_or(whole.as_str(), |group| group.as_str());
                let published = || is_published(value, subject);
                if !accepts(pattern, piece, value, Span::new(whole.start(), whole.end()), subject)
                    || (pattern.not_placeholder || pattern.check.is_some()) && published()
                {
                    continue;
                }
                hits.push(hit(piece, Span::new(whole.start(), whole.end()), subject));
                if !piece.is_plain() {
                    written = hits.len();
                }
                found_here += 1;
                if found_here >= HITS {
                    break;
                }
            }
        }
    }
    without_echoes(hits, written)
}

/// Hits in lines as they read, without those that were found where they are written: the first `written` ones.
fn without_echoes(mut hits: Vec<Hit>, written: usize) -> Vec<Hit> {
    let place = |hit: &Hit| match &hit.spot {
        Spot::Text(place) => Some(*place),
        Spot::File(_) => None,
    };
    let mut known: Vec<Place> = hits.iter().take(written).filter_map(place).collect();
    known.sort_unstable();
    let is_echo = |own: Place| {
        let behind = Place { document: own.document, span: Span { start: own.span.end, end: own.span.end } };
        let before = known.iter().take(known.partition_point(|other| *other < behind)).rev().take(NEIGHBOURS);
        before.into_iter().any(|other| other.document == own.document && own.span.start < other.span.end)
    };
    let mut at = 0;
    hits.retain(|hit| {
        at += 1;
        at <= written || !place(hit).is_some_and(is_echo)
    });
    hits
}

/// Whether a piece is of a scope, and in a file, that the pattern asks for.
fn is_asked(pattern: &TextPattern, piece: &Piece<'_>, subject: &Subject<'_>) -> bool {
    let in_scope = pattern.scopes.contains(&piece.scope) || (piece.hidden && pattern.scopes.contains(&Scope::Hidden));
    in_scope
        && (pattern.file.is_empty() && pattern.not_file.is_empty() || {
            let path = &*subject.documents.file_of(piece.document).path;
            (pattern.file.is_empty() || pattern.file.is_match(path)) && !pattern.not_file.is_match(path)
        })
}

fn accepts(pattern: &TextPattern, piece: &Piece<'_>, value: &str, span: Span, subject: &Subject<'_>) -> bool {
    if pattern.min_entropy.is_some_and(|least| entropy(value) < least)
        || (pattern.not_placeholder && is_placeholder(value))
        || pattern.check.is_some_and(|check| !check.accepts(value))
    {
        return false;
    }
    let Some(not) = &pattern.not else { return true };
    // A comment on another line clears no line of code or of settings.
    let around =
        if piece.is_prose { polarity::sentence(piece.text, span.start as usize) } else { line(piece.text, span) };
    if not.is_match(around.slice(piece.text)) {
        return false;
    }
    // What clears a line as it is written clears it as it reads, too.
    let host = &subject.documents.get(piece.document).text;
    !piece.is_plain() || !not.is_match(line(host, piece.place(span).span).slice(host))
}

/// The line of a stretch of code, with what a backslash or backtick continues, cut at [`REACH`] bytes on either side.
fn line(text: &str, span: Span) -> Span {
    let goes_on = |at: usize| {
        let before = text.as_bytes().get(..at).unwrap_or_default();
        before.strip_suffix(b"\r").unwrap_or(before).ends_with(b"\\") || before.ends_with(b"`")
    };
    let is_end = |at: usize| text.as_bytes().get(at) == Some(&b'\n') && !goes_on(at);
    let first = text.len() - text.get(span.start as usize..).map_or(0, |rest| rest.trim_start().len());
    let (low, high) = (first.saturating_sub(REACH), (span.end as usize).saturating_add(REACH).min(text.len()));
    let mut start = (low..first).rev().find(|at| is_end(*at)).map_or(low, |at| at + 1);
    let mut end = ((span.end as usize).max(first)..high).find(|at| is_end(*at)).unwrap_or(high);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Span::new(start, end.max(start))
}

/// A span without the white space at its ends: a pattern may ask for a break before what it is about.
fn trimmed(span: Span, text: &str) -> Span {
    let found = span.slice(text);
    let start = span.start as usize + found.len() - found.trim_start().len();
    let end = span.start as usize + found.trim_end().len();
    if start < end { Span::new(start, end) } else { span }
}

fn hit(piece: &Piece<'_>, span: Span, subject: &Subject<'_>) -> Hit {
    let span = trimmed(span, piece.text);
    let stance = if piece.is_prose && !piece.hidden {
        polarity::stance_at(piece.text, span, piece.stance, piece.is_sample)
    } else {
        piece.stance
    };
    Hit {
        spot: Spot::Text(piece.place(span)),
        source: None,
        sink: None,
        hops: Vec::new(),
        text: Some(span.slice(piece.text).to_owned()),
        stance,
        reach: reach_of(subject.documents, piece.document),
        certainty: Certainty::Resolved,
        with: Vec::new(),
    }
}

/// Shannon entropy of the characters of a text, in bits for each character.
fn entropy(text: &str) -> f64 {
    let mut counts = std::collections::BTreeMap::new();
    for c in text.chars() {
        *counts.entry(c).or_insert(0_u32) += 1;
    }
    let total = f64::from(counts.values().sum::<u32>());
    counts.values().map(|&count| f64::from(count) / total).map(|share| -share * share.log2()).sum()
}

/// Whether a secret is one that everybody has: of a manual, a standard, a tool for tests.
fn is_published(text: &str, subject: &Subject<'_>) -> bool {
    let known = subject.lexicons.get("published-keys").map_or(&[][..], Lexicon::entries);
    known.iter().any(|key| text.contains(key.as_str()))
}

/// Whether a secret is only a stand-in: `YOUR_API_KEY`, `xxxx`, `<token>`, `${TOKEN}`, an example key of a manual.
fn is_placeholder(text: &str) -> bool {
    static STANDINS: OnceLock<Option<Regex>> = OnceLock::new();
    let pattern = r"(?i)your|example|sample|placeholder|changeme|change_me|replace|redacted|dummy|fake|insert|todo|xxx|\.\.\.|…|\*\*\*|[<>{}]|\$\w|__|abcdef|123456|0{6}|test[_-]?(?:key|token)|(?:foo|bar)";
    let regex = STANDINS.get_or_init(|| Regex::new(pattern).ok());
    let bytes = text.as_bytes();
    // One byte over and over is nobody's key.
    let runs = bytes.windows(5).any(|window| window.iter().all(|byte| *byte == window[0]));
    runs || regex.as_ref().is_some_and(|regex| regex.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_begins_with_a_word() {
        let text = "a &&\n  env | grep x\n";
        assert_eq!(trimmed(Span::new(4, text.len()), text).slice(text), "env | grep x");
        assert_eq!(trimmed(Span::new(4, 7), text), Span::new(4, 7));
    }

    #[test]
    fn a_line_goes_on_behind_a_backslash() {
        let text = "a=1\nvol printkey \\\n  --key Run\nb=2";
        let at = text.find("Run").unwrap_or_default();
        assert_eq!(line(text, Span::new(at, at + 3)).slice(text), "vol printkey \\\n  --key Run");
        assert_eq!(line(text, Span::new(3, 7)).slice(text), "vol printkey \\\n  --key Run");
        assert_eq!(line(text, Span::new(0, 1)).slice(text), "a=1");
    }

    #[test]
    fn stand_ins_are_told_from_keys() {
        for text in ["YOUR_API_KEY", "sk-xxxxxxxxxxxx", "AKIAIOSFODNN7EXAMPLE", "<token>", "${TOKEN}", "aaaaaaaaaaaa"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["k9Qw2LmZ8rTf4VbN", "Zx81qPw9uE3"] {
            assert!(!is_placeholder(text), "{text}");
        }
        assert!(entropy("aaaaaaaa") < 0.1 && entropy("k9Qw2LmZ8rTf4VbN") > 3.5);
    }
}
