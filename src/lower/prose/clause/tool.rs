//! Tools of the agent, named as verbs ("`WebFetch` this page"), as what is used ("use `web_fetch` on …") or as who gets
//! something ("hand it to `exec`").

use std::sync::Arc;

use super::super::directive::{Literal, Mood, Role};
use super::super::token::{TokenKind, stands_alone};
use super::{Before, Reader};

/// Words behind the name of a tool that add nothing to it.
const KINDS: [&str; 5] = ["tool", "function", "command", "action", "工具"];

/// Words before the name of a tool with which something is done.
const WITH: [&str; 5] = ["with", "using", "via", "through", "by"];

impl Reader<'_> {
    /// Reads the token at `at` as the name of a tool, if it is one here.
    pub(super) fn tool(&mut self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return false };
        // Nearly every word is none: nothing is copied to find that out.
        let tool = match &token.kind {
            TokenKind::Word => self.grammar.tool(&token.folded),
            TokenKind::Literal(Literal::Code(code)) if !code.contains(char::is_whitespace) => {
                self.grammar.tool(&code.trim_end_matches("()").to_lowercase())
            }
            _ => None,
        };
        let Some((act, by_capital)) = tool else { return false };
        let act = act.clone();
        let written = self.text.get(token.span.range()).unwrap_or_default();
        let is_name = written.starts_with(|c: char| c.is_uppercase() || c == '`');
        let is_kind = self.tokens.get(at + 1).is_some_and(|next| KINDS.contains(&next.folded.as_str()));
        let before = self.word_before(at);
        let is_used = self.uses(before.as_deref());
        let colon = self.tokens.get(at + 1).is_some_and(|next| matches!(next.kind, TokenKind::Mark(':' | '：')));
        if by_capital
            && !(is_kind || is_name && (is_used || before.as_deref().is_some_and(|word| WITH.contains(&word))))
        {
            // "Bash: sh x.sh".
            return is_name && colon && &*act == "run" && self.state.before == Before::Start && self.acts(&act, at);
        }
        if matches!(self.state.role, Role::Towards) && !self.open.is_empty() && !is_used {
            self.mention(format!("tool-{act}").into(), token.span, None);
            self.state.before = Before::Other;
            return true;
        }
        if is_used {
            self.used(&act, at, is_kind)
        } else if !by_capital && matches!(self.state.before, Before::Start | Before::Joined | Before::Modal(_)) {
            self.acts(&act, at)
        } else {
            let is_instrument = by_capital || before.as_deref().is_some_and(|word| WITH.contains(&word));
            if is_instrument {
                self.instrument();
            }
            is_instrument
        }
    }

    /// With what something is done that another verb tells.
    fn instrument(&mut self) {
        self.state.role = Role::Object;
        self.state.before = Before::Other;
    }

    /// The word before `at`, determiners left out.
    fn word_before(&self, at: usize) -> Option<String> {
        let words = self.tokens.get(..at)?.iter().rev().filter(|token| token.kind == TokenKind::Word);
        let mut before = words.take(4);
        before
            .find(|token| !["the", "your", "a", "its", "this"].contains(&token.folded.as_str()))
            .map(|token| token.folded.clone())
    }

    /// Whether the verb of using stands just before.
    fn uses(&self, before: Option<&str>) -> bool {
        let Some(last) = self.open.last().and_then(|index| self.found.get(*index)) else {
            return before.is_some_and(|word| ["use", "call", "invoke", "用"].contains(&word));
        };
        let verb = last.verb.to_lowercase();
        last.mentions.is_empty()
            && before == Some(verb.as_str())
            && ["use", "call", "invoke", "run"].contains(&verb.as_str())
    }

    /// "Use `web_fetch` on …" does what the tool does; "use it to load …" leaves that to the verb.
    fn used(&mut self, act: &Arc<str>, at: usize, is_kind: bool) -> bool {
        let next = at + 1 + usize::from(is_kind);
        let leads_to_verb = self.tokens.get(next).is_some_and(|token| {
            ["to", "and", "for"].contains(&token.folded.as_str()) || token.folded.starts_with(stands_alone)
        });
        if leads_to_verb {
            self.instrument();
            return true;
        }
        let told = self.open.last().and_then(|index| self.found.get(*index)).map(|last| (last.forbidden, last.mood));
        let (forbidden, mood) = told.unwrap_or((self.state.negated, Mood::Tells));
        self.open.clear();
        let Some(span) = self.tokens.get(at).map(|token| token.span) else { return true };
        self.open_directive(act, span, forbidden, mood);
        self.waiting.clear();
        self.state.carried = Some((forbidden, mood));
        self.state.role = Role::Object;
        self.state.tool_object = true;
        self.state.before = Before::Other;
        true
    }

    /// The name is the verb of the clause.
    fn acts(&mut self, act: &Arc<str>, at: usize) -> bool {
        let Some(span) = self.tokens.get(at).map(|token| token.span) else { return false };
        let mood = match (self.state.before, self.state.carried) {
            (Before::Modal(mood), _) | (Before::Joined, Some((_, mood))) => mood,
            _ => Mood::Tells,
        };
        let forbidden = self.state.negated;
        self.open.clear();
        self.open_directive(act, span, forbidden, mood);
        self.waiting.clear();
        self.state.carried = Some((forbidden, mood));
        self.state.negated = false;
        self.state.role = Role::Object;
        self.state.tool_object = true;
        self.state.before = Before::Other;
        true
    }
}
