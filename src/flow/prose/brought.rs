//! What is brought from an address and started, or shown there and pasted, however the sentences put it.

use super::{Reader, is_web};
use crate::flow::EffectKind;
use crate::lower::prose::{Literal, Sentence};
use crate::source::Span;

/// In which language the act of speech makes what is brought run; none if it brings nothing.
pub(super) fn language(act: &str) -> Option<&'static str> {
    match act {
        "bring-program" => Some("program"),
        "paste-a-page" => Some("shell"),
        _ => None,
    }
}

/// The first address that a sentence names, by itself or in a command.
pub(super) fn address(sentence: &Sentence) -> Option<String> {
    let named = sentence.mentions.iter().find_map(|mention| match &mention.literal {
        Some(Literal::Url(url)) if is_web(url) => Some(url.clone()),
        _ => None,
    });
    named.or_else(|| {
        let commands = sentence.mentions.iter().filter_map(|mention| match &mention.literal {
            Some(Literal::Code(code)) => Some(code),
            _ => None,
        });
        commands
            .flat_map(|code| code.split_whitespace())
            .map(|word| word.trim_matches(['"', '\'']))
            .find(|word| is_web(word))
            .map(str::to_owned)
    })
}

impl Reader<'_> {
    /// Adds the fetch and the start of what is brought, if the directives have not said so already.
    pub(super) fn brings(&mut self, sentence: &Sentence, span: Span, first: usize, language: &'static str) {
        let is_started = self.effects.get(first..).unwrap_or_default().iter().any(|effect| {
            effect.kind == EffectKind::Eval
                && effect.argument("language").is_some_and(|language| language.rendered() != "agent")
        });
        let Some(url) = address(sentence).filter(|_| !is_started) else { return };
        let url = self.text(&url, span);
        let content = self.say(sentence, None, span, EffectKind::Fetch, vec![("url", url)]);
        self.memory.fetched(content.clone(), &[]);
        let arguments = vec![("content", content), ("language", self.text(language, span))];
        self.say(sentence, None, span, EffectKind::Eval, arguments);
        if let Some(last) = self.effects.last_mut().filter(|_| language == "shell") {
            last.tags.push("paste".into());
        }
    }
}
