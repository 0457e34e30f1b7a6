//! `bundle`: files by path, kind and size, links, padding, siblings, and what could not be analysed.

use std::sync::Arc;

use super::super::path::{base_name, normalised};
use super::super::rule::BundlePattern;
use super::super::subject::{Subject, reach_of};
use super::super::written::LinkWay;
use super::{Hit, Spot};
use crate::bundle::{File, Oddity, Origin, leaves_bundle};
use crate::finding::{Certainty, Notice, Reach, Stance};
use crate::flow::Place;
use crate::source::Span;

/// Every file, link or notice that the pattern describes.
pub(super) fn hits(pattern: &BundlePattern, subject: &Subject<'_>) -> Vec<Hit> {
    if let Some(way) = pattern.link {
        return links(pattern, way, subject);
    }
    if !pattern.notices.is_empty() {
        return notices(pattern, subject);
    }
    if !(pattern.oddities.is_empty() && pattern.manifest_oddities.is_empty()) {
        let mut hits = oddities(pattern, subject);
        hits.extend(manifest_oddities(pattern, subject));
        return hits;
    }
    let mut hits = Vec::new();
    for file in &subject.bundle.files {
        if !is_like(pattern, file, subject) {
            continue;
        }
        match (pattern.blank_lines, pattern.blanks) {
            (None, None) => hits.push(at(&file.path, Span::default(), file.path.to_string(), subject)),
            (lines, blanks) => {
                let Some(root) = subject.root(&file.path) else { continue };
                if let Some(span) = padding(&subject.documents.get(root).text, lines, blanks) {
                    hits.push(at(&file.path, span, file.path.to_string(), subject));
                }
            }
        }
    }
    hits
}

fn path_fits(pattern: &BundlePattern, path: &str) -> bool {
    (pattern.path.is_empty() || pattern.path.is_match(path)) && !pattern.not_path.is_match(path)
}

fn is_like(pattern: &BundlePattern, file: &File, subject: &Subject<'_>) -> bool {
    let is_file =
        matches!(file.origin, Origin::Bundle | Origin::Member) || pattern.blank_lines.or(pattern.blanks).is_some();
    is_file
        && path_fits(pattern, &file.path)
        && (pattern.kinds.is_empty() || pattern.kinds.contains(&file.kind))
        && pattern.executable.is_none_or(|wanted| wanted == file.executable)
        && pattern.min_size.is_none_or(|least| file.size >= least)
        && (pattern.magic.is_empty() || pattern.magic.iter().any(|magic| file.bytes.starts_with(magic)))
        && pattern.sibling.as_ref().is_none_or(|sibling| has_sibling(sibling, file, subject))
        && pattern.no_sibling.as_ref().is_none_or(|sibling| !has_sibling(sibling, file, subject))
        && pattern.referenced.is_none_or(|wanted| is_referenced(file, subject) == wanted)
}

/// What is odd about files, names and containers.
fn oddities(pattern: &BundlePattern, subject: &Subject<'_>) -> Vec<Hit> {
    let is_asked = |oddity: &&Oddity| {
        pattern.oddities.contains(&oddity.kind)
            && path_fits(pattern, &oddity.path)
            && pattern.detail.as_ref().is_none_or(|detail| detail.is_match(&oddity.detail))
            && !pattern.not_detail.as_ref().is_some_and(|detail| detail.is_match(&oddity.detail))
    };
    let asked = subject.bundle.oddities.iter().filter(is_asked);
    asked.map(|oddity| at(&oddity.path, Span::default(), oddity.detail.clone(), subject)).collect()
}

/// What is odd about manifests and front matter.
fn manifest_oddities(pattern: &BundlePattern, subject: &Subject<'_>) -> Vec<Hit> {
    let documents = subject.documents;
    let asked = documents.oddities.iter().filter(|oddity| pattern.manifest_oddities.contains(&oddity.kind));
    asked
        .filter_map(|oddity| {
            let path = documents.file_of(oddity.document).path.clone();
            let text = oddity.span.slice(&documents.get(oddity.document).text).to_owned();
            let fits = path_fits(pattern, &path)
                && pattern.detail.as_ref().is_none_or(|detail| detail.is_match(&text))
                && !pattern.not_detail.as_ref().is_some_and(|detail| detail.is_match(&text));
            let spot = Spot::Text(Place { document: oddity.document, span: oddity.span });
            fits.then(|| Hit { spot, ..at(&path, Span::default(), text, subject) })
        })
        .collect()
}

fn has_sibling(pattern: &str, file: &File, subject: &Subject<'_>) -> bool {
    let name = base_name(&file.path);
    let folder = file.path.strip_suffix(name).unwrap_or_default();
    // `utils.cpython-312.pyc` is made from `utils.py`.
    let stem = name.split('.').next().unwrap_or(name);
    let wanted = pattern.replace("{stem}", stem).replace("{dir}/", folder);
    let wanted = normalised(&wanted);
    subject.bundle.files.iter().any(|other| other.path.eq_ignore_ascii_case(&wanted))
}

/// Whether a text of the bundle names the file by its path or name.
fn is_referenced(file: &File, subject: &Subject<'_>) -> bool {
    let name = base_name(&file.path);
    let texts = subject.documents.files.iter().filter(|other| other.path != file.path);
    texts.into_iter().any(|other| other.text.contains(name))
}

fn links(pattern: &BundlePattern, way: LinkWay, subject: &Subject<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (path, target) in &subject.bundle.links {
        let is_absolute = target.starts_with(['/', '~', '\\']) || target.as_bytes().get(1) == Some(&b':');
        let leaves = leaves_bundle(path, target);
        // Far up with a name at the end leads to a home or system folder, not to a neighbour of the bundle.
        let far = target.split(['/', '\\']).filter(|part| *part == "..").count() >= 4;
        let fits = match way {
            LinkWay::Escaping => leaves,
            LinkWay::Absolute => is_absolute || (leaves && far),
        };
        if fits && path_fits(pattern, path) {
            hits.push(at(path, Span::default(), format!("{path} → {target}"), subject));
        }
    }
    hits
}

fn notices(pattern: &BundlePattern, subject: &Subject<'_>) -> Vec<Hit> {
    let all = subject.bundle.notices.iter().chain(&subject.documents.notices).chain(&subject.graph.notices);
    let is_asked = |notice: &&Notice| {
        notice.incomplete
            && pattern.notices.iter().any(|word| word == notice.kind.as_str())
            && pattern.detail.as_ref().is_none_or(|detail| detail.is_match(&notice.message))
            && path_fits(pattern, &notice.path)
    };
    let hit = |notice: &Notice| {
        let line = notice.line.unwrap_or(1);
        let span = subject.root(&notice.path).map_or_else(Span::default, |root| {
            let file = subject.documents.file_of(root);
            let range = file.lines.line_range(&file.text, line);
            Span::new(range.start, range.end)
        });
        at(&Arc::from(notice.path.as_str()), span, notice.message.clone(), subject)
    };
    all.filter(is_asked).map(hit).collect()
}

fn at(path: &Arc<str>, span: Span, text: String, subject: &Subject<'_>) -> Hit {
    let root = subject.root(path);
    Hit {
        spot: root.map_or_else(|| Spot::File(path.clone()), |document| Spot::Text(Place { document, span })),
        source: None,
        sink: None,
        hops: Vec::new(),
        text: Some(text),
        stance: Stance::Does,
        // A binary is data until something runs it; that is another rule's business.
        reach: root.map_or(Reach::Indirect, |root| reach_of(subject.documents, root)),
        certainty: Certainty::Resolved,
        with: Vec::new(),
    }
}

/// The first text after a run of at least so many blank lines, or of so many blanks within a line.
fn padding(text: &str, lines: Option<u32>, blanks: Option<u32>) -> Option<Span> {
    let mut offset = 0;
    let mut empty = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let body = line.trim_end_matches(['\n', '\r']);
        if body.trim().is_empty() {
            // A CR of a CRLF ends no line of its own.
            empty += u32::from(!(line == "\n" && offset > 0 && text.as_bytes().get(offset - 1) == Some(&b'\r')));
        } else {
            if lines.is_some_and(|least| empty >= least) {
                return Some(Span::new(offset, offset + body.len()));
            }
            empty = 0;
            if let Some(least) = blanks
                && body.len() > least as usize
                && let Some(found) = long_gap(body, least as usize)
            {
                return Some(Span::new(offset + found, offset + body.len()));
            }
        }
        offset += line.len();
    }
    None
}

/// Where text goes on after at least `least` blanks that something stands before.
fn long_gap(line: &str, least: usize) -> Option<usize> {
    let mut run = 0;
    let mut seen = false;
    for (at, c) in line.char_indices() {
        if c.is_whitespace() {
            run += 1;
        } else {
            if seen && run >= least {
                return Some(at);
            }
            seen = true;
            run = 0;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn padding_needs_something_after_it() {
        let padded = format!("a\n{}b\n", "\n".repeat(300));
        assert_eq!(padding(&padded, Some(200), None).unwrap().slice(&padded), "b");
        assert_eq!(padding(&format!("a\n{}", "\n".repeat(300)), Some(200), None), None);
        let crlf = format!("a\r\n{}b", "\r\n".repeat(150));
        assert_eq!(padding(&crlf, Some(200), None), None);
        let wide = format!("a{}b", " ".repeat(500));
        assert_eq!(padding(&wide, None, Some(400)).unwrap().slice(&wide), "b");
        assert_eq!(padding(&format!("{}b", " ".repeat(500)), None, Some(400)), None);
    }
}
