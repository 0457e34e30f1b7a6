//! `all` and `near`: several conditions that hold close to each other.

use super::super::polarity;
use super::super::rule::Condition;
use super::super::subject::Subject;
use super::super::written::Within;
use super::{Hit, Spot, hits};
use crate::document::DocumentId;
use crate::document::markdown::Markdown;
use crate::source::Span;

/// Most hits of one condition that are held against those of another: `near` on a hostile text stays cheap.
const HITS: usize = 500;

/// The hits of the first condition near which all others hold.
pub(super) fn near(within: Within, list: &[Condition], subject: &Subject<'_>) -> Vec<Hit> {
    let Some((first, others)) = list.split_first() else { return Vec::new() };
    let mut mains = hits(first, subject);
    if mains.is_empty() {
        return mains;
    }
    mains.truncate(HITS);
    let mut found: Vec<(bool, Vec<Hit>)> = Vec::new();
    for other in others {
        let (wanted, inner) = match other {
            Condition::Not(inner) => (false, hits(inner, subject)),
            other => (true, hits(other, subject)),
        };
        if wanted && inner.is_empty() {
            return Vec::new();
        }
        found.push((wanted, inner.into_iter().take(HITS).collect()));
    }
    mains.retain_mut(|main| {
        for (wanted, inner) in &found {
            match inner.iter().find(|other| is_near(within, main, other, subject)) {
                Some(other) if *wanted => {
                    // What is forbidden or only shown does not complete a pattern.
                    main.stance = main.stance.min(other.stance);
                    main.with.push(other.clone());
                }
                None if !*wanted => {}
                _ => return false,
            }
        }
        true
    });
    mains
}

/// Whether two hits stand so close to each other.
pub(crate) fn is_near(within: Within, one: &Hit, other: &Hit, subject: &Subject<'_>) -> bool {
    if within == Within::Bundle {
        return true;
    }
    let (Spot::Text(one), Spot::Text(other)) = (&one.spot, &other.spot) else {
        return one.spot == other.spot;
    };
    let (root, other_root) = (subject.root_of(one.document), subject.root_of(other.document));
    if root != other_root {
        return false;
    }
    let (one, other) = (subject.in_file(*one).1, subject.in_file(*other).1);
    match within {
        Within::Bundle | Within::Document => true,
        Within::Section => share_section(root, one, other, subject),
        Within::Block => share_block(root, one, other, subject, false),
        Within::Sentence => share_block(root, one, other, subject, true),
    }
}

/// Under the same heading: one section, or one and a section inside it, the title of the page aside.
fn share_section(root: DocumentId, one: Span, other: Span, subject: &Subject<'_>) -> bool {
    let Some(markdown) = subject.documents.get(root).markdown.as_deref() else {
        return share_block(root, one, other, subject, false);
    };
    let (a, b) = (markdown.section_at(one.start), markdown.section_at(other.start));
    a == b || is_inside(markdown, a, b) || is_inside(markdown, b, a)
}

fn is_inside(markdown: &Markdown, inner: u32, outer: u32) -> bool {
    let mut at = inner;
    // The title holds the whole page: standing under it is no nearness.
    if markdown.sections.get(outer as usize).is_none_or(|section| section.level < 2) {
        return false;
    }
    for _ in 0..8 {
        match markdown.sections.get(at as usize).and_then(|section| section.parent) {
            Some(parent) if parent == outer => return true,
            Some(parent) => at = parent,
            None => return false,
        }
    }
    false
}

/// In one block of prose (with the code that it introduces), or in code without an empty line between.
fn share_block(root: DocumentId, one: Span, other: Span, subject: &Subject<'_>, one_sentence: bool) -> bool {
    let document = subject.documents.get(root);
    let Some(markdown) = document.markdown.as_deref() else {
        let (first, last) = if one.start <= other.start { (one, other) } else { (other, one) };
        let between = document.text.get(first.end.min(last.start) as usize..last.start as usize).unwrap_or_default();
        return !between.contains("\n\n") && (!one_sentence || !between.contains('\n'));
    };
    let (a, b) = (block_at(markdown, one), block_at(markdown, other));
    if a.is_none() || a != b {
        return false;
    }
    if !one_sentence {
        return true;
    }
    let sentence = |at: Span| polarity::sentence(&document.text, at.start as usize);
    sentence(one).contains(other) || sentence(other).contains(one)
}

/// The block of prose that holds a stretch of the file, or that introduces the code which holds it.
fn block_at(markdown: &Markdown, at: Span) -> Option<u32> {
    let block = markdown.blocks.iter().position(|block| block.span.contains(at));
    if let Some(block) = block {
        return Some(block as u32);
    }
    let code = markdown.code.iter().find(|code| code.span.contains(at))?;
    code.introduced_by
}
