//! What a sentence names, and which verb it belongs to.

use std::sync::Arc;

use super::super::directive::{Literal, Mention};
use super::{Before, HOME_PATH, Reader};
use crate::source::Span;

impl Reader<'_> {
    pub(super) fn literal(&mut self, literal: Literal, span: Span) {
        let class = match &literal {
            // A host without a scheme is named as often as it is meant as an address.
            Literal::Url(url) if !self.text.get(span.range()).unwrap_or_default().contains(url.as_str()) => "host",
            Literal::Url(_) => "url",
            Literal::Code(code) if is_secret_variable(code.trim_start_matches('$')) => "variable",
            Literal::Path(_) => "path",
            Literal::Code(code) if code.contains(char::is_whitespace) => "command",
            Literal::Code(_) => "code",
        };
        self.mention(class.into(), span, Some(literal));
        self.state.tool_object = false;
        self.state.before = Before::Other;
    }

    /// Takes down a word that is no object of a verb.
    pub(super) fn note(&mut self, class: &str, span: Span) {
        if !self.state.quoted {
            let text = self.text.get(span.range()).unwrap_or_default().to_owned();
            self.seen.push(Mention { class: class.into(), text, literal: None, role: self.state.role, span });
        }
    }

    pub(super) fn link_at(&self, span: Span) -> Option<&String> {
        let at = self.links.partition_point(|(link, _)| link.start <= span.start).checked_sub(1)?;
        let (link, target) = self.links.get(at)?;
        link.contains(span).then_some(target)
    }

    /// The link whose text holds this span.
    pub(super) fn link_around(&self, span: Span) -> Option<Span> {
        let at = self.links.partition_point(|(link, _)| link.start <= span.start).checked_sub(1)?;
        self.links.get(at).map(|(link, _)| *link).filter(|link| link.contains(span))
    }

    /// Whether a link stands in the sentence.
    pub(super) fn has_link(&self) -> bool {
        let at = self.links.partition_point(|(link, _)| link.end <= self.sentence.start);
        self.links.get(at).is_some_and(|(link, _)| self.sentence.touches(*link))
    }

    pub(super) fn mention(&mut self, class: Arc<str>, span: Span, literal: Option<Literal>) {
        let literal = literal.or_else(|| self.link_at(span).map(|target| Literal::Url(target.clone())));
        let mention = Mention {
            class,
            text: self.text.get(span.range()).unwrap_or_default().to_owned(),
            literal,
            role: self.state.role,
            span,
        };
        if !self.state.quoted {
            self.seen.push(mention.clone());
            if matches!(&mention.literal, Some(Literal::Path(path)) if path.starts_with(['~', '$', '%'])) {
                self.seen.push(Mention { class: HOME_PATH.into(), ..mention.clone() });
            }
            if let Some(Literal::Path(path)) = &mention.literal
                && let Some(class) = self.grammar.file_class(path)
            {
                self.seen.push(Mention { class: class.clone(), ..mention.clone() });
            }
        }
        if (self.open.is_empty() || self.state.after_pause) && &*mention.class != "thing" {
            self.waiting.push(mention.clone());
        }
        let link = self.link_around(span);
        for index in &self.open {
            let mentions = &mut self.found[*index].mentions;
            // The words of one link are one mention.
            let repeats = mentions.last().is_some_and(|last| {
                last.literal == mention.literal
                    && mention.literal.is_some()
                    && link.is_some_and(|link| link.contains(last.span))
            });
            if !repeats || &*mention.class != "link" {
                mentions.push(mention.clone());
            }
        }
    }
}

/// Whether a word is the name of an environment variable that holds a secret.
pub(super) fn is_secret_variable(word: &str) -> bool {
    word.contains('_')
        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        && ["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIALS"].iter().any(|end| word.ends_with(end))
}
