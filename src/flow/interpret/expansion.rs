//! Shell parameters: `$name`, `${name…}`, `$1`, `$@`.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

use super::Interpreter;
use super::model::standing_folder;
use crate::document::Language;
use crate::flow::pure::glob::Pattern;
use crate::flow::{Place, Shape, Value};
use crate::lower::operation::{AssignMode, Expansion, ExpansionOperator, Expression, ReplaceWhich};

impl Interpreter<'_> {
    /// The value of a parameter expansion.
    pub(super) fn expand(&mut self, expansion: &Expansion, place: Place) -> Value {
        let here = Some(place);
        let mut name = expansion.name.clone();
        if expansion.indirect {
            match self.environment.get(&name).and_then(Value::constant) {
                Some(meant) => name = meant,
                None => return Value::new(Shape::Variable(format!("!{name}").into()), here),
            }
        }
        let known = self.parameter(&name, expansion.index.as_ref(), place);
        if let Some(value) = &known {
            self.comes_from(&name, value, place);
        }
        if expansion.length {
            let length = known.as_ref().and_then(|value| match value.bare().shape() {
                Shape::List(values) => Some(values.len()),
                _ => value.constant().map(|text| text.chars().count()),
            });
            return length.map_or_else(|| Value::unknown(here), |length| Value::text(length.to_string(), here));
        }
        let missing = |interpreter: &mut Self| interpreter.unset(&name, place);
        match &expansion.operator {
            ExpansionOperator::None => known.unwrap_or_else(|| missing(self)),
            ExpansionOperator::Default(word) => match known {
                Some(value) if value.as_text() == Some("") => self.value(word),
                Some(value) => value,
                None => {
                    let default = self.value(word);
                    if is_environment(&name) {
                        let variable = self.environment_variable(&name, place);
                        Value::choice(vec![default, variable], here)
                    } else {
                        default
                    }
                }
            },
            ExpansionOperator::AssignDefault(word) => {
                if let Some(value) = known {
                    value
                } else {
                    let value = self.value(word);
                    self.environment.set(&name, value.clone());
                    value
                }
            }
            ExpansionOperator::Alternative(word) => {
                let value = self.value(word);
                if known.is_some() { value } else { Value::choice(vec![Value::text("", here), value], here) }
            }
            ExpansionOperator::Required(_) => known.unwrap_or_else(|| missing(self)),
            operator => {
                let value = known.unwrap_or_else(|| missing(self));
                self.operated(operator, value, place)
            }
        }
    }

    fn operated(&mut self, operator: &ExpansionOperator, value: Value, place: Place) -> Value {
        let here = Some(place);
        if let Shape::List(values) = value.bare().shape() {
            let values = values.clone();
            // `${@:2}` and `${a[@]:1:2}` cut the list itself.
            if let ExpansionOperator::Substring(offset, length) = operator {
                let offset = self.number(offset).unwrap_or(0).max(0) as usize;
                let length =
                    length.as_ref().and_then(|length| self.number(length)).map_or(values.len(), |n| n.max(0) as usize);
                return Value::list(values.into_iter().skip(offset).take(length).collect(), here);
            }
            let changed = values.into_iter().map(|value| self.operated(operator, value, place)).collect();
            return Value::list(changed, here);
        }
        let Some(text) = value.constant() else {
            // What cuts or changes an unknown text still hands it on.
            return match operator {
                ExpansionOperator::Replace { with: Some(with), .. } => {
                    let with = self.value(with);
                    Value::derived("parameter expansion", vec![value, with], here)
                }
                _ => Value::derived("parameter expansion", vec![value], here),
            };
        };
        self.step(text.len() as u64 / 16);
        let result = match operator {
            ExpansionOperator::Substring(offset, length) => {
                let Some(offset) = self.number(offset) else { return Value::derived("substring", vec![value], here) };
                let length = match length {
                    Some(length) => match self.number(length) {
                        Some(length) => Some(length),
                        None => return Value::derived("substring", vec![value], here),
                    },
                    None => None,
                };
                substring(&text, offset, length)
            }
            ExpansionOperator::CutPrefix(pattern, longest) => match self.value(pattern).constant() {
                Some(pattern) => Pattern::new(&pattern).cut_prefix(&text, *longest).to_owned(),
                None => return Value::derived("parameter expansion", vec![value], here),
            },
            ExpansionOperator::CutSuffix(pattern, longest) => match self.value(pattern).constant() {
                Some(pattern) => Pattern::new(&pattern).cut_suffix(&text, *longest).to_owned(),
                None => return Value::derived("parameter expansion", vec![value], here),
            },
            ExpansionOperator::Replace { pattern, with, which } => {
                let pattern = self.value(pattern).constant();
                let with = match with {
                    Some(with) => self.value(with),
                    None => Value::text("", here),
                };
                match (pattern, with.constant()) {
                    (Some(pattern), Some(with)) => {
                        let pattern = Pattern::new(&pattern);
                        match which {
                            ReplaceWhich::First => pattern.replace(&text, &with, false),
                            ReplaceWhich::All => pattern.replace(&text, &with, true),
                            ReplaceWhich::Prefix => {
                                let rest = pattern.cut_prefix(&text, true);
                                if rest.len() < text.len() { format!("{with}{rest}") } else { text.clone() }
                            }
                            ReplaceWhich::Suffix => {
                                let rest = pattern.cut_suffix(&text, true);
                                if rest.len() < text.len() { format!("{rest}{with}") } else { text.clone() }
                            }
                        }
                    }
                    _ => return Value::derived("parameter expansion", vec![value, with], here),
                }
            }
            ExpansionOperator::Upper(all) => cased(&text, *all, |c| c.to_uppercase().collect()),
            ExpansionOperator::Lower(all) => cased(&text, *all, |c| c.to_lowercase().collect()),
            ExpansionOperator::Transform('E') => crate::flow::pure::escapes(&text),
            ExpansionOperator::Transform('U') => text.to_uppercase(),
            ExpansionOperator::Transform('L') => text.to_lowercase(),
            _ => text.clone(),
        };
        Value::computed("parameter expansion", Value::text(result, here), vec![value], here)
    }

    fn number(&mut self, expression: &Expression) -> Option<i64> {
        self.value(expression).constant()?.trim().parse().ok()
    }

    /// A parameter's value, if anything sets it.
    fn parameter(&mut self, name: &str, index: Option<&Expression>, place: Place) -> Option<Value> {
        let here = Some(place);
        match name {
            "@" | "*" => {
                let positional = self.environment.positional().cloned();
                return Some(match positional {
                    Some(values) => Value::list(values, here),
                    None => Value::new(Shape::Argument("$@".into()), here),
                });
            }
            "#" => return Some(Value::unknown(here)),
            "?" | "$" | "!" | "-" | "_" => return Some(Value::unknown(here)),
            "0" => return Some(self.environment.get("0").cloned().unwrap_or_else(|| self.own_path(place))),
            _ => {}
        }
        if let Ok(number) = name.parse::<usize>() {
            let positional = self.environment.positional().cloned();
            return Some(match positional {
                Some(values) => match values.get(number.wrapping_sub(1)) {
                    Some(value) => value.clone().carried(format!("argument `${number}`"), here),
                    None => Value::text("", here),
                },
                None => Value::new(Shape::Argument(format!("${number}").into()), here),
            });
        }
        let value = match self.environment.get(name) {
            Some(value) => value.clone(),
            None => self.well_known(name, place)?,
        };
        let Some(index) = index else {
            // `$a` of an array is its first element.
            return Some(match value.bare().shape() {
                Shape::List(values) => values.first().cloned().unwrap_or_else(|| Value::text("", here)),
                _ => value,
            });
        };
        let index = self.value(index);
        Some(match index.constant().as_deref() {
            Some("@" | "*") => match value.bare().shape() {
                Shape::Map(entries) => Value::list(entries.iter().map(|(_, value)| value.clone()).collect(), here),
                Shape::List(_) => value,
                _ => Value::list(vec![value], here),
            },
            _ => self.item(&value, &index, place),
        })
    }

    /// Variables that every shell has.
    fn well_known(&mut self, name: &str, place: Place) -> Option<Value> {
        let text = match name {
            "HOME" => "~".to_owned(),
            "TEMP" | "TMP" | "COMSPEC" | "APPDATA" | "LOCALAPPDATA" if self.language() == Language::Batch => {
                standing_folder(name)?.to_owned()
            }
            "PWD" => ".".to_owned(),
            "IFS" => " \t\n".to_owned(),
            "BASH_SOURCE" => return Some(self.own_path(place)),
            "SHELL" | "BASH" => "bash".to_owned(),
            "CLAUDE_SKILL_DIR" | "CLAUDE_PLUGIN_ROOT" | "SKILL_DIR" | "SKILL_ROOT" => {
                crate::flow::paths::BUNDLE.to_owned()
            }
            "ARGUMENTS" => return Some(Value::new(Shape::Argument("$ARGUMENTS".into()), Some(place))),
            "RANDOM" | "SECONDS" | "LINENO" | "UID" | "EUID" | "PPID" | "COLUMNS" | "LINES" => {
                return Some(Value::unknown(Some(place)));
            }
            _ => return None,
        };
        Some(Value::text(text, Some(place)))
    }

    /// A variable that nothing sets: of the environment if it is written in capitals.
    pub(super) fn unset(&mut self, name: &str, place: Place) -> Value {
        if let Some(value) = self.well_known(name, place) {
            return value;
        }
        if is_environment(name) {
            return self.environment_variable(name, place);
        }
        Value::new(Shape::Variable(name.into()), Some(place))
    }

    /// Assigns as `read`, `printf -v` and `mapfile` do.
    pub(super) fn assign_name(&mut self, name: &str, value: Value, place: Place) {
        let target = Expression::new(crate::lower::operation::ExpressionKind::Name(name.to_owned()), place.span);
        self.assign(&target, value, AssignMode::Set);
    }
}

/// Whether a name is written as those of the environment are.
pub(super) fn is_environment(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && name.chars().any(|c| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// `${v:offset:length}`: negative numbers count from the end.
fn substring(text: &str, offset: i64, length: Option<i64>) -> String {
    let count = text.chars().count() as i64;
    let start = if offset < 0 { (count + offset).max(0) } else { offset.min(count) };
    let end = match length {
        None => count,
        Some(length) if length < 0 => (count + length).max(start),
        Some(length) => start.saturating_add(length).min(count),
    };
    text.chars().skip(start as usize).take((end - start) as usize).collect()
}

fn cased(text: &str, all: bool, change: impl Fn(char) -> String) -> String {
    let mut first = true;
    text.chars().fold(String::with_capacity(text.len()), |mut out, character| {
        if all || first {
            out.push_str(&change(character));
        } else {
            out.push(character);
        }
        first = false;
        out
    })
}
