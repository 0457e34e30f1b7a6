//! Methods of texts that take a regular expression, over constants: `'a@b'.replace(/@/g, '')`.

use regex::{Captures, Regex, RegexBuilder};

use super::Interpreter;
use super::function::is_callable;
use crate::flow::{Place, Shape, Value};

/// Most matches whose replacement a function works out.
const MAX_MATCHES: usize = 4096;

impl Interpreter<'_> {
    /// The result of a method of a constant text whose first argument is a regular expression.
    pub(super) fn by_expression(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: &[Value],
        place: Place,
    ) -> Option<Value> {
        let here = Some(place);
        let (regex, global) = compiled(arguments.first()?)?;
        let text = receiver.constant().filter(|text| text.len() <= self.budget.constant_bytes)?;
        let limit = if global || name == "replaceAll" { 0 } else { 1 };
        let value = match name {
            "replace" | "replaceAll" => match arguments.get(1) {
                Some(function) if is_callable(function) => {
                    return self.replaced(&regex, &text, limit, function, place);
                }
                with => {
                    let with = written_out(&with?.constant()?);
                    let limit_bytes = self.budget.constant_bytes;
                    // A replacement cannot make a text longer than this for each of its bytes.
                    if text.len().saturating_mul(with.len().max(1)) > limit_bytes.saturating_mul(16) {
                        return None;
                    }
                    Value::text(regex.replacen(&text, limit, with.as_str()).into_owned(), here)
                }
            },
            "split" => Value::list(regex.split(&text).map(|piece| Value::text(piece, here)).collect(), here),
            "match" if global => {
                Value::list(regex.find_iter(&text).map(|found| Value::text(found.as_str(), here)).collect(), here)
            }
            _ => return None,
        };
        Some(Value::computed(name, value, vec![receiver.clone()], here))
    }

    /// Every match as a function makes it.
    fn replaced(&mut self, regex: &Regex, text: &str, limit: usize, function: &Value, place: Place) -> Option<Value> {
        let mut parts = Vec::new();
        let mut at = 0;
        let limit = if limit == 0 { MAX_MATCHES } else { limit };
        for found in regex.find_iter(text).take(limit) {
            if !self.step(1) {
                return None;
            }
            parts.push(Value::text(text.get(at..found.start())?, Some(place)));
            parts.push(self.pure_call_back(function, Value::text(found.as_str(), Some(place)), place));
            at = found.end();
        }
        parts.push(Value::text(text.get(at..)?, Some(place)));
        Some(Value::concat(parts, Some(place)))
    }
}

/// A regular expression that is a value, and whether it is for all matches.
fn compiled(value: &Value) -> Option<(Regex, bool)> {
    let Shape::Object { class, fields } = value.bare().shape() else { return None };
    if &**class != "regexp" {
        return None;
    }
    let field =
        |wanted: &str| fields.iter().find(|(name, _)| &**name == wanted).and_then(|(_, value)| value.constant());
    let (pattern, flags) = (field("pattern")?, field("flags")?);
    let regex = RegexBuilder::new(&pattern.replace("\\/", "/"))
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .size_limit(1 << 20)
        .build()
        .ok()?;
    Some((regex, flags.contains('g')))
}

/// A replacement as the regex crate writes it: `$1` ends where its digits do, `$&` is the match.
fn written_out(text: &str) -> String {
    static GROUP: std::sync::LazyLock<Option<Regex>> = std::sync::LazyLock::new(|| Regex::new(r"\$(\d{1,2}|&)").ok());
    let Some(group) = GROUP.as_ref() else { return text.to_owned() };
    let change =
        |found: &Captures<'_>| if &found[1] == "&" { "${0}".to_owned() } else { format!("${{{}}}", &found[1]) };
    group.replace_all(text, change).into_owned()
}
