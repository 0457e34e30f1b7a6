use std::sync::Arc;

use super::schema::Argument;
use crate::flow::EffectKind;

/// A parsed template: where a value comes from. What each form means stands in the schema's table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// `'text'`.
    Literal(Arc<str>),
    /// `$url`.
    Slot(Arc<str>),
    /// `$self.path`.
    Field(Box<Template>, Arc<str>),
    /// `$1`: counted from 1.
    Operand(usize),
    /// `$2-`; `$operands` is `$1-`.
    OperandsFrom(usize),
    /// `$stdin`.
    Stdin,
    /// `$self`.
    Receiver,
    /// `$fetch`: what the effects of this kind in this model yield.
    Yield(EffectKind),
    /// `$invoked`.
    Invoked,
    /// `file(…)`.
    File(Box<Template>),
    /// `at-file(…)`.
    AtFile(Box<Template>),
    /// `join(…)`.
    Join(Vec<Template>),
    /// `join-path(…)`.
    JoinPath(Vec<Template>),
    /// `concat(…)`.
    Concat(Vec<Template>),
    /// `words(…)`.
    Words(Box<Template>),
    /// `basename(…)`.
    Basename(Box<Template>),
    /// `first(…)`.
    First(Vec<Template>),
    /// `derived(…)`.
    Derived(Vec<Template>),
    /// `either(…)`.
    Either(Vec<Template>),
    /// `after(:, …)`.
    After(Arc<str>, Box<Template>),
    /// `before(:, …)`.
    Before(Arc<str>, Box<Template>),
    /// `substitute('{}', $exec, $1)`: mark, where it stands, what stands for it.
    Substitute(Box<[Template; 3]>),
    /// A list of templates, or `list(…)`.
    List(Vec<Template>),
    /// `argument`.
    Argument,
    /// `unknown`.
    Unknown,
}

const FUNCTIONS: &str =
    "file, at-file, join, join-path, concat, words, basename, first, derived, either, after, before, substitute, list";

/// Functions inside each other. Models of users are read too, and the parser calls itself.
const MAX_DEPTH: usize = 32;

impl Template {
    /// Parses a written template.
    ///
    /// # Errors
    /// A sentence that says what is wrong, and where in the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { text, at: 0, depth: 0 };
        let template = parser.template()?;
        parser.blanks();
        if parser.at < text.len() {
            return Err(parser.wrong("the template should end"));
        }
        Ok(template)
    }

    /// Parses a written argument.
    pub(super) fn of(argument: &Argument) -> Result<Self, String> {
        match argument {
            Argument::One(text) => Self::parse(text),
            Argument::Many(texts) => {
                texts.iter().map(|text| Self::parse(text)).collect::<Result<_, _>>().map(Self::List)
            }
        }
    }

    /// The templates that this one is made of.
    #[must_use]
    pub fn parts(&self) -> &[Template] {
        match self {
            Self::Field(part, _)
            | Self::File(part)
            | Self::AtFile(part)
            | Self::Words(part)
            | Self::Basename(part)
            | Self::After(_, part)
            | Self::Before(_, part) => std::slice::from_ref(part),
            Self::Join(parts)
            | Self::JoinPath(parts)
            | Self::Concat(parts)
            | Self::First(parts)
            | Self::Derived(parts)
            | Self::Either(parts)
            | Self::List(parts) => parts,
            Self::Substitute(parts) => parts.as_slice(),
            Self::Literal(_)
            | Self::Slot(_)
            | Self::Operand(_)
            | Self::OperandsFrom(_)
            | Self::Stdin
            | Self::Receiver
            | Self::Yield(_)
            | Self::Invoked
            | Self::Argument
            | Self::Unknown => &[],
        }
    }

    /// Calls `visit` for this template and all inside it.
    pub(super) fn walk<'t>(&'t self, visit: &mut impl FnMut(&'t Template)) {
        visit(self);
        for part in self.parts() {
            part.walk(visit);
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn wrong(&self, what: &str) -> String {
        format!("in the template `{}`, at character {}: {what}", self.text, self.at + 1)
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: char) -> bool {
        self.blanks();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len_utf8();
        }
        found
    }

    fn expect(&mut self, token: char) -> Result<(), String> {
        if self.eat(token) { Ok(()) } else { Err(self.wrong(&format!("`{token}` should stand here"))) }
    }

    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn template(&mut self) -> Result<Template, String> {
        self.blanks();
        if self.depth >= MAX_DEPTH {
            return Err(self.wrong("the functions are nested too deeply"));
        }
        self.depth += 1;
        let template = self.one();
        self.depth -= 1;
        template
    }

    fn one(&mut self) -> Result<Template, String> {
        if self.rest().starts_with('\'') {
            return self.quoted().map(Template::Literal);
        }
        if self.eat('$') {
            return self.variable();
        }
        let start = self.at;
        let name = self.word();
        match name {
            "" => Err(self.wrong("a `$slot`, a `'text'` or a function should stand here")),
            "unknown" => Ok(Template::Unknown),
            "argument" => Ok(Template::Argument),
            "file" => self.single().map(Template::File),
            "at-file" => self.single().map(Template::AtFile),
            "words" => self.single().map(Template::Words),
            "basename" => self.single().map(Template::Basename),
            "join" => self.several().map(Template::Join),
            "join-path" => self.several().map(Template::JoinPath),
            "concat" => self.several().map(Template::Concat),
            "first" => self.several().map(Template::First),
            "derived" => self.several().map(Template::Derived),
            "either" => self.several().map(Template::Either),
            "list" => self.several().map(Template::List),
            "substitute" => match <[Template; 3]>::try_from(self.several()?) {
                Ok(parts) => Ok(Template::Substitute(Box::new(parts))),
                Err(_) => Err(self.wrong("`substitute` takes a mark, a template, and what stands for the mark")),
            },
            "after" => self.cut().map(|(mark, part)| Template::After(mark, part)),
            "before" => self.cut().map(|(mark, part)| Template::Before(mark, part)),
            _ => {
                self.at = start;
                Err(self.wrong(&format!("`{name}` is no function; there are {FUNCTIONS}; and `unknown`, `argument`")))
            }
        }
    }

    fn quoted(&mut self) -> Result<Arc<str>, String> {
        self.at += 1;
        let rest = self.rest();
        let Some(end) = rest.find('\'') else { return Err(self.wrong("the quote is never closed")) };
        self.at += end + 1;
        Ok(rest[..end].into())
    }

    fn variable(&mut self) -> Result<Template, String> {
        let name = self.word();
        let mut template = if name.starts_with(|c: char| c.is_ascii_digit()) {
            let digits = name.strip_suffix('-').unwrap_or(name);
            match digits.parse() {
                Ok(number @ 1..=99) if digits.len() < name.len() => Template::OperandsFrom(number),
                Ok(number @ 1..=99) => Template::Operand(number),
                _ => return Err(self.wrong("operands are numbered from `$1`")),
            }
        } else {
            match name {
                "" => return Err(self.wrong("the name of a slot should follow `$`")),
                "stdin" => Template::Stdin,
                "self" => Template::Receiver,
                "invoked" => Template::Invoked,
                "operands" => Template::OperandsFrom(1),
                name => match EffectKind::all().find(|kind| kind.as_str() == name) {
                    Some(kind) if kind.yields() => Template::Yield(kind),
                    Some(kind) => return Err(self.wrong(&format!("the effect `{kind}` yields nothing"))),
                    None => Template::Slot(name.into()),
                },
            }
        };
        while self.rest().starts_with('.') {
            self.at += 1;
            match self.word() {
                "" => return Err(self.wrong("the name of a field should follow `.`")),
                field => template = Template::Field(Box::new(template), field.into()),
            }
        }
        Ok(template)
    }

    fn single(&mut self) -> Result<Box<Template>, String> {
        self.expect('(')?;
        let part = self.template()?;
        self.expect(')')?;
        Ok(Box::new(part))
    }

    fn several(&mut self) -> Result<Vec<Template>, String> {
        self.expect('(')?;
        let mut parts = vec![self.template()?];
        while self.eat(',') {
            parts.push(self.template()?);
        }
        self.expect(')')?;
        Ok(parts)
    }

    /// `(mark, template)`, where the mark is a text in quotes or all up to the comma.
    fn cut(&mut self) -> Result<(Arc<str>, Box<Template>), String> {
        self.expect('(')?;
        self.blanks();
        let mark: Arc<str> = if self.rest().starts_with('\'') {
            self.quoted()?
        } else {
            let rest = self.rest();
            let end = rest.find(',').unwrap_or(0);
            self.at += end;
            rest[..end].trim().into()
        };
        if mark.is_empty() {
            return Err(self.wrong("the text to cut at should stand first: `after(:, $1)`"));
        }
        self.expect(',')?;
        let part = self.template()?;
        self.expect(')')?;
        Ok((mark, Box::new(part)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn slot(name: &str) -> Template {
        Template::Slot(name.into())
    }

    #[test]
    fn every_form_is_read() {
        let file = |part| Template::File(Box::new(part));
        for (text, template) in [
            ("$url", slot("url")),
            ("$out-file", slot("out-file")),
            ("$12", Template::Operand(12)),
            ("$2-", Template::OperandsFrom(2)),
            ("$operands", Template::OperandsFrom(1)),
            ("$stdin", Template::Stdin),
            ("$fetch", Template::Yield(EffectKind::Fetch)),
            ("$self.path", Template::Field(Box::new(Template::Receiver), "path".into())),
            ("'a, b)'", Template::Literal("a, b)".into())),
            ("''", Template::Literal("".into())),
            ("unknown", Template::Unknown),
            ("file( $1 )", file(Template::Operand(1))),
            (
                "first($code, file($1),$stdin)",
                Template::First(vec![slot("code"), file(Template::Operand(1)), Template::Stdin]),
            ),
            ("after(:, $1)", Template::After(":".into(), Box::new(Template::Operand(1)))),
            ("before('=', $1)", Template::Before("=".into(), Box::new(Template::Operand(1)))),
            (
                "at-file(after(=, $form))",
                Template::AtFile(Box::new(Template::After("=".into(), Box::new(slot("form"))))),
            ),
        ] {
            assert_eq!(Template::parse(text), Ok(template), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (text, part) in [
            ("", "should stand here"),
            ("$", "name of a slot"),
            ("$0", "from `$1`"),
            ("$1 x", "should end"),
            ("'a", "never closed"),
            ("fetch($1)", "`fetch` is no function"),
            ("$write", "yields nothing"),
            ("after($1)", "cut at"),
            ("file($1, $2)", "`)`"),
            ("first()", "should stand here"),
            ("substitute('{}', $1)", "takes a mark"),
        ] {
            let error = Template::parse(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(Template::parse(&"file(".repeat(100_000)).is_err());
    }
}
