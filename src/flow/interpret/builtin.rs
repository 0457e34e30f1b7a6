//! Builtins that change the shell itself.

use super::Interpreter;
use super::emit::Doing;
use crate::document::Language;
use crate::flow::{EffectKind, Place, Shape, Value, paths, pure};

/// Variables whose value programs run as a command line.
const CODE_VARIABLES: &[&str] = &[
    "GIT_SSH_COMMAND",
    "GIT_PAGER",
    "GIT_EDITOR",
    "GIT_SEQUENCE_EDITOR",
    "GIT_EXTERNAL_DIFF",
    "PAGER",
    "MANPAGER",
    "EDITOR",
    "VISUAL",
    "PROMPT_COMMAND",
    "LESSOPEN",
    "RSYNC_RSH",
    "CVS_RSH",
    "FCEDIT",
    "BROWSER",
    "SYSTEMD_EDITOR",
    "SUDO_EDITOR",
];

impl Interpreter<'_> {
    /// A variable that is set for programs which run its value.
    pub(super) fn code_variable(&mut self, name: &str, value: &Value, place: Place) {
        if !CODE_VARIABLES.contains(&name) || !value.rendered().trim().contains(' ') {
            return;
        }
        let doing = Doing { resolved: format!("{name}={}", value.rendered()).into(), ..Doing::new(name.into(), place) };
        let arguments = vec![("content", value.clone()), ("language", Value::text("sh", Some(place)))];
        self.happens(EffectKind::Eval, arguments, vec!["by-variable".into()], &doing);
    }

    /// Builtins that change the shell itself.
    pub(super) fn builtin(
        &mut self,
        name: &str,
        arguments: &[Value],
        stdin: Option<&Value>,
        place: Place,
    ) -> Option<Value> {
        if self.language() != Language::Shell {
            return None;
        }
        let here = Some(place);
        let nothing = Value::text("", here);
        match name {
            // Where a program is says which one it is.
            "command" | "type" | "which" | "whence"
                if name == "which"
                    || arguments
                        .first()
                        .and_then(Value::as_text)
                        .is_some_and(|text| matches!(text, "-v" | "-V" | "-p" | "-P")) =>
            {
                let operand =
                    arguments.iter().find(|argument| !argument.as_text().is_some_and(|text| text.starts_with('-')));
                Some(operand.cloned().unwrap_or(nothing))
            }
            "cd" | "pushd" => {
                let folder =
                    arguments.iter().find(|argument| !argument.as_text().is_some_and(|text| text.starts_with('-')));
                if let Some(folder) = folder {
                    self.entered.extend(paths::keys(folder));
                }
                Some(nothing)
            }
            "read" | "readarray" | "mapfile" => {
                let option = |letter: char| {
                    arguments.iter().position(|argument| {
                        argument.as_text().is_some_and(|text| text.starts_with('-') && text.contains(letter))
                    })
                };
                let tags = if option('s').is_some() { vec!["hidden".into()] } else { Vec::new() };
                let prompt = option('p');
                let prompt = prompt.and_then(|at| arguments.get(at + 1)).filter(|_| stdin.is_none());
                let mut value = match (stdin, prompt) {
                    (Some(stdin), _) => stdin.clone(),
                    (None, Some(prompt)) => {
                        let doing = Doing::new(name.into(), place);
                        self.emit(EffectKind::Ask, vec![("what", prompt.clone())], &doing, tags)
                    }
                    (None, None) => Value::new(Shape::Argument("input".into()), here),
                };
                let wanted = named_by_read(arguments);
                if wanted.len() > 1
                    && let Some(line) = value.constant()
                {
                    self.read_fields(&wanted, &line, &value, place);
                    return Some(nothing);
                }
                let mut named = false;
                let mut skip = false;
                for argument in arguments {
                    let Some(text) = argument.constant() else { continue };
                    if std::mem::take(&mut skip) {
                        continue;
                    }
                    if let Some(option) = text.strip_prefix('-') {
                        // `read -u 3`, `read <&3`.
                        skip = option.ends_with(['p', 'd', 'n', 'N', 't', 'u', 'i']);
                        continue;
                    }
                    if let Some(line) = value.as_text().map(|text| text.trim_end_matches('\n').to_owned()) {
                        value = Value::text(line, value.place());
                    }
                    self.assign_name(&text, value.clone(), place);
                    named = true;
                }
                if !named {
                    let name = if name == "read" { "REPLY" } else { "MAPFILE" };
                    self.assign_name(name, value, place);
                }
                Some(nothing)
            }
            "printf" if arguments.first().and_then(Value::as_text) == Some("-v") => {
                let name = arguments.get(1)?.constant()?;
                let rest = arguments.get(2..)?;
                let words: Option<Vec<String>> = rest.iter().map(Value::constant).collect();
                let text =
                    words.and_then(|words| pure::filter::filter("printf", &words, None, self.budget.constant_bytes));
                let value = match text {
                    Some(text) => Value::bytes(text, here),
                    None => Value::concat(rest.iter().skip(1).cloned().collect(), here),
                };
                self.assign_name(&name, value, place);
                Some(nothing)
            }
            "hash" if arguments.first().and_then(Value::as_text) == Some("-p") => {
                let path = arguments.get(1)?.clone();
                for name in arguments.iter().skip(2).filter_map(Value::constant) {
                    self.environment.aliases.insert(name.into(), path.clone());
                }
                Some(nothing)
            }
            "set" => {
                let at = arguments.iter().position(|argument| argument.as_text() == Some("--"))?;
                self.environment.set_positional(arguments.get(at + 1..)?.to_vec());
                Some(nothing)
            }
            "shift" => {
                let count = arguments.first().and_then(Value::constant).and_then(|text| text.parse().ok()).unwrap_or(1);
                if let Some(positional) = self.environment.positional() {
                    let rest = positional.iter().skip(count).cloned().collect();
                    self.environment.set_positional(rest);
                }
                Some(nothing)
            }
            "unset" => {
                for name in arguments.iter().filter_map(Value::constant) {
                    self.environment.unset(&name);
                }
                Some(nothing)
            }
            "popd" | ":" | "true" | "false" | "test" | "[" | "[[" | "shopt" | "exit" | "return" | "wait" | "local"
            | "let" | "break" | "continue" | "umask" | "ulimit" | "setopt" | "unsetopt" | "getopts" | "jobs" | "fg"
            | "bg" | "disown" | "dirs" | "hash" | "type" | "help" => Some(nothing),
            _ => None,
        }
    }

    /// Gives each name a field of a line, the last one the rest.
    fn read_fields(&mut self, names: &[String], line: &str, from: &Value, place: Place) {
        let separators = self.environment.get("IFS").and_then(Value::constant).unwrap_or_else(|| " \t\n".to_owned());
        let mut rest = line.trim_end_matches('\n').trim_start();
        for (at, name) in names.iter().enumerate() {
            let field = match rest.find(|c: char| separators.contains(c)).filter(|_| at + 1 < names.len()) {
                Some(end) => {
                    let field = &rest[..end];
                    rest = rest[end..].chars().next().map_or("", |c| &rest[end + c.len_utf8()..]).trim_start();
                    field
                }
                None => std::mem::take(&mut rest),
            };
            let field = Value::computed("field", Value::text(field, from.place()), vec![from.clone()], from.place());
            self.assign_name(name, field, place);
        }
    }
}

/// The variables that a `read` names, if its options are simple; none for an array.
fn named_by_read(arguments: &[Value]) -> Vec<String> {
    let words: Vec<String> = arguments.iter().filter_map(Value::constant).collect();
    if words.iter().any(|word| word.starts_with('-') && word != "-r") {
        return Vec::new();
    }
    words.into_iter().filter(|word| !word.starts_with('-')).collect()
}
