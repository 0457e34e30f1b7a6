//! What is written where: "append … to SOUL.md", "edit CLAUDE.md: insert what https://… returns".

use super::acts::GIVEN;
use super::{Reader, is_web};
use crate::flow::{EffectKind, Shape, Value};
use crate::lower::prose::{Directive, Literal, Mention, Role};
use crate::source::Span;

/// Verbs whose object is what they write to: "edit SOUL.md".
const CHANGES: &[&str] = &[
    "edit",
    "modify",
    "update",
    "overwrite",
    "replace",
    "patch",
    "rewrite",
    "change",
    "amend",
    "修改",
    "更新",
    "覆盖",
];

/// Whether the object of the verb is what it writes to.
fn changes(directive: &Directive) -> bool {
    CHANGES.contains(&directive.verb.to_lowercase().as_str())
}

/// Whether it tells to change one thing: what comes next may say how.
pub(super) fn opens_to_change(directive: &Directive) -> bool {
    changes(directive) && directive.mentions.iter().filter(|mention| mention.role != Role::With).count() == 1
}

impl Reader<'_> {
    pub(super) fn write(&mut self, directive: &Directive, span: Span) {
        self.write_to_agent_file(directive, span);
    }

    /// "Append … to SOUL.md", "save … to memory".
    pub(super) fn write_to_agent_file(&mut self, directive: &Directive, span: Span) -> bool {
        // "Put the contents of `.env` into the `context` field": the path is where the content comes from.
        let leads_on = |path: &Mention| {
            // "Fill the form with the contents of …": nobody writes to what something is the content of.
            let is_owner = |mention: &Mention| {
                mention.text.to_lowercase().starts_with("content")
                    && path.span.start.checked_sub(mention.span.end).is_some_and(|gap| gap <= " of `".len() as u32)
            };
            directive.mentions.iter().any(|mention| {
                if is_owner(mention) {
                    return true;
                }
                // "(to=https://…, body=contents of .env)": an address is where it goes, wherever it stands.
                let leads = mention.span.start > path.span.start && ["field", "remote"].contains(&&*mention.class);
                mention.role != Role::Object && (leads || &*mention.class == "url")
            })
        };
        let target = directive.mentions.iter().find(|mention| {
            let is_store = matches!(mention.literal, Some(Literal::Path(_))) || &*mention.class == "memory";
            is_store && mention.role != Role::Object && !(mention.role == Role::From && leads_on(mention))
        });
        // "Edit SOUL.md", "replace the contents of IDENTITY.md": what is changed is where the writing goes.
        let changes = changes(directive);
        let target = target.or_else(|| {
            let is_path = |mention: &&Mention| matches!(mention.literal, Some(Literal::Path(_)));
            directive.mentions.iter().find(is_path).filter(|_| changes)
        });
        let Some(target) = target else { return self.write_to_open_file(directive, span) };
        let mut content = Vec::new();
        let is_carried = |mention: &&Mention| {
            mention.role == Role::Object
                // "Overwrite CLAUDE.md with it".
                || mention.role == Role::With && changes && GIVEN.contains(&&*mention.class)
        };
        for mention in directive.mentions.iter().filter(is_carried) {
            if std::ptr::eq(mention, target) {
                continue;
            }
            let value = match self.content_of(directive, mention, span) {
                Some(value) => value,
                // "Write its body to …": what was fetched before.
                None => match self.memory.just_fetched().filter(|_| GIVEN.contains(&&*mention.class)) {
                    Some(fetched) => fetched.clone(),
                    None => self.text(&mention.text, span),
                },
            };
            content.push(value);
        }
        content.extend(self.brought_from(directive, span));
        let content = Value::new(Shape::List(content), None);
        let at = match &target.literal {
            Some(Literal::Path(path)) => ("path", self.text(path, span)),
            _ => ("store", self.text("agent-memory", span)),
        };
        self.add(directive, span, EffectKind::Write, vec![("content", content), at], &[]);
        true
    }

    /// "… the text from https://…": what is fetched on the way.
    fn brought_from(&mut self, directive: &Directive, span: Span) -> Vec<Value> {
        let urls: Vec<String> = directive
            .in_role(Role::From)
            .filter_map(|mention| match &mention.literal {
                Some(Literal::Url(url)) if is_web(url) => Some(url.clone()),
                _ => None,
            })
            .collect();
        urls.iter()
            .map(|url| {
                let url = self.text(url, span);
                self.add(directive, span, EffectKind::Fetch, vec![("url", url)], &[])
            })
            .collect()
    }

    /// "Open SOUL.md and replace its contents", "edit CLAUDE.md: insert what https://… returns": what was opened is
    /// what is changed.
    fn write_to_open_file(&mut self, directive: &Directive, span: Span) -> bool {
        let refers = directive.mentions_any(&["pronoun"])
            || directive.in_role(Role::Object).any(|mention| &*mention.class == "file");
        let changes = changes(directive);
        let brings = directive.in_role(Role::From).any(|mention| matches!(mention.literal, Some(Literal::Url(_))));
        let Some(path) = self.memory.open_file().filter(|_| changes && refers || brings) else { return false };
        let content = self.brought_from(directive, span);
        let path = self.text(&path, span);
        let content = Value::new(Shape::List(content), None);
        self.add(directive, span, EffectKind::Write, vec![("content", content), ("path", path)], &[]);
        true
    }
}
