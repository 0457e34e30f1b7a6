//! Brace expansion: `{a,b}`, `{1..9..2}`. It is the first of the shell's expansions and depends on text alone.

use super::super::operation::{Expression, ExpressionKind, Word, WordPart};
use super::parser::State;
use crate::source::Span;

/// Words that one word may become; further ones are dropped, and the program is marked truncated.
const MAX_WORDS: usize = 4096;

/// Values that one range stands for; a long count does not show more than its start.
const MAX_RANGE: i64 = 256;

/// Braces inside each other that are expanded.
const MAX_NESTING: u32 = 32;

/// A stretch of the word: `text` bytes of one part, or a sign that may be an operator.
#[derive(Clone, Copy)]
struct Token {
    kind: Kind,
    part: usize,
    from: usize,
    to: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Whole,
    Open,
    Close,
    Comma,
}

/// What an expanded word is made of.
#[derive(Clone)]
enum Piece {
    Token(usize),
    Made(String, Span),
}

struct Expander<'w> {
    word: &'w Word,
    tokens: Vec<Token>,
    /// For each token that opens a brace: where it closes, and the commas between.
    braces: Vec<Option<(usize, Vec<usize>)>>,
    fuel: usize,
    truncated: bool,
}

/// Expands the braces of a word.
pub(super) fn expand(word: Word, state: &mut State) -> Vec<Word> {
    let may_expand = |part: &WordPart| matches!(&part.value.kind, ExpressionKind::Text(text) if !part.quoted && memchr::memchr(b'{', text.as_bytes()).is_some());
    if !word.parts.iter().any(may_expand) {
        return vec![word];
    }
    let tokens = tokens(&word);
    let braces = pairs(&tokens);
    let len = tokens.len();
    let mut expander = Expander { word: &word, tokens, braces, fuel: state.brace_fuel, truncated: false };
    let made = expander.expand(0, len, 0);
    let words: Vec<Word> = match made {
        // A range from a letter to itself makes one word: `c{u..u}rl` is `curl`.
        Some(results) if !results.is_empty() => {
            results.iter().map(|pieces| expander.build(pieces)).filter(|word| !word.parts.is_empty()).collect()
        }
        _ => Vec::new(),
    };
    state.brace_fuel = expander.fuel;
    state.truncated |= expander.truncated;
    if words.is_empty() { vec![word] } else { words }
}

fn tokens(word: &Word) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (part, value) in word.parts.iter().enumerate() {
        let ExpressionKind::Text(text) = &value.value.kind else {
            tokens.push(Token { kind: Kind::Whole, part, from: 0, to: 0 });
            continue;
        };
        if value.quoted {
            tokens.push(Token { kind: Kind::Whole, part, from: 0, to: text.len() });
            continue;
        }
        let mut from = 0;
        for (at, byte) in text.bytes().enumerate() {
            let kind = match byte {
                b'{' => Kind::Open,
                b'}' => Kind::Close,
                b',' => Kind::Comma,
                _ => continue,
            };
            if from < at {
                tokens.push(Token { kind: Kind::Text, part, from, to: at });
            }
            tokens.push(Token { kind, part, from: at, to: at + 1 });
            from = at + 1;
        }
        if from < text.len() {
            tokens.push(Token { kind: Kind::Text, part, from, to: text.len() });
        }
    }
    tokens
}

/// Pairs the braces in one pass.
fn pairs(tokens: &[Token]) -> Vec<Option<(usize, Vec<usize>)>> {
    let mut braces = vec![None; tokens.len()];
    let mut open: Vec<(usize, Vec<usize>)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => open.push((at, Vec::new())),
            Kind::Comma => {
                if let Some((_, commas)) = open.last_mut() {
                    commas.push(at);
                }
            }
            Kind::Close => {
                if let Some((start, commas)) = open.pop()
                    && let Some(slot) = braces.get_mut(start)
                {
                    *slot = Some((at, commas));
                }
            }
            Kind::Text | Kind::Whole => {}
        }
    }
    braces
}

impl Expander<'_> {
    /// Every reading of the tokens `from..to`; `None` once the budget is used up.
    fn expand(&mut self, from: usize, to: usize, nesting: u32) -> Option<Vec<Vec<Piece>>> {
        let mut results: Vec<Vec<Piece>> = vec![Vec::new()];
        let mut at = from;
        while at < to {
            if let Some((alternatives, close)) = self.alternatives(at, nesting)? {
                let mut product = Vec::new();
                'all: for result in &results {
                    for alternative in &alternatives {
                        if product.len() >= MAX_WORDS {
                            self.truncated = true;
                            break 'all;
                        }
                        self.pay(result.len() + alternative.len() + 1)?;
                        product.push([result.as_slice(), alternative.as_slice()].concat());
                    }
                }
                results = product;
                at = close + 1;
            } else {
                self.pay(results.len())?;
                for result in &mut results {
                    result.push(Piece::Token(at));
                }
                at += 1;
            }
        }
        Some(results)
    }

    fn pay(&mut self, amount: usize) -> Option<()> {
        if self.fuel < amount {
            self.fuel = 0;
            self.truncated = true;
            return None;
        }
        self.fuel -= amount;
        Some(())
    }

    /// What the brace at `open` stands for, and where it closes. The outer `None`: no budget; the inner: plain text.
    #[allow(clippy::type_complexity, clippy::option_option)]
    fn alternatives(&mut self, open: usize, nesting: u32) -> Option<Option<(Vec<Vec<Piece>>, usize)>> {
        let Some((close, commas)) = self.braces.get_mut(open).and_then(Option::take) else { return Some(None) };
        if nesting >= MAX_NESTING {
            self.truncated = true;
            return Some(None);
        }
        let mut alternatives = Vec::new();
        if commas.is_empty() {
            let (Some(first), Some(inner), Some(last)) =
                (self.tokens.get(open), self.tokens.get(open + 1), self.tokens.get(close))
            else {
                return Some(None);
            };
            if close != open + 2 || inner.kind != Kind::Text {
                return Some(None);
            }
            let span = self.token_span(first).cover(self.token_span(last));
            let Some(values) = range(self.token_text(inner)) else { return Some(None) };
            alternatives.extend(values.into_iter().map(|value| vec![Piece::Made(value, span)]));
        } else {
            let mut start = open + 1;
            for end in commas.into_iter().chain([close]) {
                alternatives.extend(self.expand(start, end, nesting + 1)?);
                start = end + 1;
            }
        }
        Some(Some((alternatives, close)))
    }

    fn token_text(&self, token: &Token) -> &str {
        match self.word.parts.get(token.part).map(|part| &part.value.kind) {
            Some(ExpressionKind::Text(text)) => text.get(token.from..token.to).unwrap_or_default(),
            _ => "",
        }
    }

    /// Where a token stands; the whole part where escapes make that unclear.
    fn token_span(&self, token: &Token) -> Span {
        match self.word.parts.get(token.part).map(|part| &part.value) {
            Some(Expression { kind: ExpressionKind::Text(text), span }) if span.len() == text.len() => {
                Span::new(span.start as usize + token.from, span.start as usize + token.to)
            }
            Some(value) => value.span,
            None => self.word.span,
        }
    }

    fn build(&self, pieces: &[Piece]) -> Word {
        let mut parts: Vec<WordPart> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Made(text, span) => {
                    parts.push(WordPart { value: Expression::text(text.as_str(), *span), quoted: false });
                }
                Piece::Token(at) => {
                    let Some(token) = self.tokens.get(*at) else { continue };
                    if token.kind == Kind::Whole {
                        parts.extend(self.word.parts.get(token.part).cloned());
                        continue;
                    }
                    let (added, span) = (self.token_text(token), self.token_span(token));
                    match parts.last_mut() {
                        Some(WordPart {
                            value: Expression { kind: ExpressionKind::Text(text), span: last },
                            quoted: false,
                        }) if last.end == span.start || *last == span => {
                            text.push_str(added);
                            *last = last.cover(span);
                        }
                        _ => parts.push(WordPart { value: Expression::text(added, span), quoted: false }),
                    }
                }
            }
        }
        Word { parts, span: self.word.span }
    }
}

/// The values of `x..y` or `x..y..step`: whole numbers or single letters.
fn range(text: &str) -> Option<Vec<String>> {
    let mut fields = text.split("..");
    let (first, last, step) = (fields.next()?, fields.next()?, fields.next());
    if fields.next().is_some() {
        return None;
    }
    let step = match step {
        Some(step) => step.parse::<i64>().ok()?.saturating_abs().max(1),
        None => 1,
    };
    let (from, to, show): (i64, i64, Box<dyn Fn(i64) -> String>) =
        if let (Ok(from), Ok(to)) = (first.parse::<i64>(), last.parse::<i64>()) {
            let padded =
                |text: &str| text.trim_start_matches('-').len() > 1 && text.trim_start_matches('-').starts_with('0');
            let width = if padded(first) || padded(last) { first.len().max(last.len()) } else { 0 };
            (from, to, Box::new(move |value| format!("{value:0width$}")))
        } else {
            let letter = |text: &str| match text.as_bytes() {
                [byte] if byte.is_ascii_alphabetic() => Some(i64::from(*byte)),
                _ => None,
            };
            let show = |value: i64| u8::try_from(value).map(char::from).unwrap_or_default().to_string();
            (letter(first)?, letter(last)?, Box::new(show))
        };
    let count = ((i128::from(to) - i128::from(from)).abs() / i128::from(step)).min(i128::from(MAX_RANGE - 1)) as i64;
    let direction = if to >= from { step } else { -step };
    Some((0..=count).map(|turn| show(from.saturating_add(direction.saturating_mul(turn)))).collect())
}
