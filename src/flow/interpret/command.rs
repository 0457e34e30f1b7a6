//! Programs that are started, and shell builtins.

use std::sync::Arc;

use super::Interpreter;
use super::argv::{
    SHELLS, SYSTEM_FOLDERS, bound, flattened, is_only_variables, is_own_path, is_path, is_plain_variable, is_plausible,
    is_setting, is_shell_name, joined_words, language_of_path, program_name, shown,
};
use super::call::Arguments;
use super::emit::Doing;
use super::environment::Frame;
use super::model::{Slots, names_shell};
use super::template::split_words;
use crate::document::{Language, Relation};
use crate::flow::{EffectId, EffectKind, Shape, Value, pure};
use crate::lower::operation::{Command, ExpressionKind};
use crate::source::Span;

/// Programs whose names are looked for, and so are hidden.
const LOOKED_FOR: &[&str] = &[
    "curl",
    "wget",
    "bash",
    "nc",
    "ncat",
    "netcat",
    "socat",
    "telnet",
    "powershell",
    "pwsh",
    "certutil",
    "bitsadmin",
    "mshta",
    "crontab",
    "base64",
    "scp",
];

/// Most bytes of a decoded text that are kept to be shown.
const MAX_YIELDED: usize = 64 << 10;
/// Wrappers and aliases inside each other.
const MAX_WRAPPERS: u32 = 16;
impl Interpreter<'_> {
    /// Starts a program; gives what it writes to standard output.
    pub(super) fn command(&mut self, command: &Command, span: Span, stdin: Option<Value>) -> Value {
        let place = self.place(span);
        let prefix = !command.assignments.is_empty() && !command.words.is_empty();
        let mut set = Vec::new();
        for (name, word) in &command.assignments {
            let value = self.word(word);
            set.push((name, value));
        }
        if prefix {
            // Expansions of the words do not see them, but what the command starts does; the difference is not kept.
            self.environment.frames.push(Frame::call());
        }
        for (name, value) in set {
            let value = value.carried(format!("variable `{name}`"), Some(place));
            if prefix {
                self.code_variable(name, &value, place);
                self.environment.set_local(name, value);
            } else {
                self.environment.set(name, value);
            }
        }
        // What is written to `>( … )` is what is piped in.
        let parts = || command.words.iter().flat_map(|word| &word.parts);
        let argv = if parts().any(|part| matches!(part.value.kind, ExpressionKind::InputPath(_))) {
            let outer = std::mem::replace(&mut self.stdin, stdin.clone());
            let argv = self.argv(&command.words);
            self.stdin = outer;
            argv
        } else {
            self.argv(&command.words)
        };
        let streams = self.redirected(&command.redirects, stdin);
        let mut doing = Doing::new("".into(), place);
        doing.resolved = shown(&argv);
        if command.background {
            doing.tags.push("background".into());
        }
        if argv.is_empty() {
            for (number, descriptor) in streams.opened.iter().cloned() {
                self.environment.descriptors.insert(number, descriptor);
            }
            // `$(< f)`, `> f`.
            let output = streams.stdin.clone().filter(|_| !command.redirects.is_empty());
            let output = output.unwrap_or_else(|| Value::text("", Some(place)));
            return self.write_out(&streams, output, &doing);
        }
        let is_exec = argv.first().and_then(Value::as_text) == Some("exec");
        if is_exec || argv.len() == 1 && argv.first().and_then(Value::as_text) == Some("{") {
            for (number, descriptor) in streams.opened.iter().cloned() {
                self.environment.descriptors.insert(number, descriptor);
            }
        }
        let connection = streams.socket.is_some().then(|| self.latest_connection()).flatten();
        if argv.iter().take(4).any(is_shell_name) {
            self.serves_shell(connection);
        }
        let before = self.effects.len();
        let stdout = self.started(&argv, streams.stdin.clone(), &doing, 0);
        // A function or alias may turn out to be a shell.
        let new = self.effects.get(before..).unwrap_or_default();
        if connection.is_some() && new.iter().take(64).any(|effect| SHELLS.contains(&&*effect.by)) {
            self.serves_shell(connection);
        }
        if prefix {
            self.environment.frames.pop();
        }
        if let Some(by) = self.latest_name.take() {
            doing.by = by;
        }
        self.write_out(&streams, stdout, &doing)
    }

    /// The connection that was opened last.
    fn latest_connection(&self) -> Option<EffectId> {
        self.effects.iter().rev().find(|effect| effect.kind == EffectKind::Connect).map(|effect| effect.id)
    }

    /// Marks a connection as one that serves a shell.
    fn serves_shell(&mut self, connection: Option<EffectId>) {
        if let Some(effect) = connection.and_then(|id| self.effects.get_mut(id.0 as usize))
            && !effect.has_tag("shell")
        {
            effect.tags.push("shell".into());
        }
    }

    /// A program that a library call starts: words, or a text that is split into words.
    pub(super) fn started_by_call(&mut self, argv: &Value, slots: &Slots, doing: &Doing) -> Value {
        let words = match split_words(argv).bare().shape() {
            Shape::List(words) => words.clone(),
            _ => vec![argv.clone()],
        };
        let words = flattened(words);
        let inner = Doing {
            resolved: shown(&words),
            by: doing.by.clone(),
            place: doing.place,
            disguised: doing.disguised,
            tags: doing.tags.clone(),
        };
        let stdin = slots.named.get("input").and_then(|values| values.first()).cloned().or_else(|| slots.stdin.clone());
        if words.first().is_some_and(names_shell) {
            self.shell_on_streams(slots);
        }
        let mut environment = super::environment::Environment::new(Language::Shell, self.document);
        std::mem::swap(&mut self.environment, &mut environment);
        let value = self.started(&words, stdin, &inner, 0);
        std::mem::swap(&mut self.environment, &mut environment);
        self.latest_name = None;
        value
    }

    /// Runs what words name: a function, a builtin, a modelled or an unknown program.
    pub(super) fn started(&mut self, argv: &[Value], stdin: Option<Value>, doing: &Doing, depth: u32) -> Value {
        let place = doing.place;
        let here = Some(place);
        let Some(first) = argv.first() else { return Value::text("", here) };
        if depth > MAX_WRAPPERS || !self.step(1) {
            return Value::derived("unknown program", argv.to_vec(), here);
        }
        // A first word that holds several (`$cmd`) is split.
        if let Shape::List(words) = first.bare().shape() {
            let mut all = words.clone();
            all.extend(argv.iter().skip(1).cloned());
            let all = flattened(all);
            return self.deeper(Value::unknown(here), |interpreter| interpreter.started(&all, stdin, doing, depth + 1));
        }
        // So is one that is put together from a command line and something unknown.
        if let Shape::Concat(parts) = first.bare().shape()
            && parts.first().and_then(Value::as_text).is_some_and(|text| text.trim_start().contains(' '))
            && let Shape::List(words) = split_words(first).bare().shape()
        {
            let mut all = words.clone();
            all.extend(argv.iter().skip(1).cloned());
            return self.deeper(Value::unknown(here), |interpreter| interpreter.started(&all, stdin, doing, depth + 1));
        }
        let names = self.names_of(first);
        if names.is_empty() {
            return self.unknown_program(argv, stdin, doing);
        }
        let mut outputs = Vec::new();
        for name in names.iter().take(4) {
            if name.trim().contains(' ') && argv.len() < 256 {
                let place = first.place();
                let mut all: Vec<Value> = name.split_ascii_whitespace().map(|word| Value::text(word, place)).collect();
                all.extend(argv.iter().skip(1).cloned());
                let output = self.deeper(Value::unknown(here), |interpreter| {
                    interpreter.started(&all, stdin.clone(), doing, depth + 1)
                });
                outputs.push(output);
                continue;
            }
            let output = self.deeper(Value::unknown(here), |interpreter| {
                interpreter.started_as(name, argv, stdin.clone(), doing, depth)
            });
            outputs.push(output);
        }
        Value::choice(outputs, here)
    }

    /// The names that a first word can be, without what is unset in it.
    fn names_of(&self, first: &Value) -> Vec<String> {
        let texts = first.texts(4);
        if !texts.is_empty() {
            return texts;
        }
        // `c${u}rl`: unset variables inside a name that is otherwise constant are empty.
        if let Shape::Concat(parts) = first.bare().shape() {
            let unset = |part: &Value| match part.bare().shape() {
                Shape::Variable(_) => true,
                Shape::Argument(name) => name.starts_with('$'),
                _ => false,
            };
            if parts.iter().all(|part| part.constant().is_some() || unset(part)) {
                let name: String = parts.iter().filter_map(Value::constant).collect();
                if self.models.knows_program(&name) {
                    return vec![name];
                }
            }
            // An unknown folder in front of a known name: `$VENV/bin/python`.
            if let Some(last) = parts.last().and_then(Value::as_text)
                && let Some((_, name)) = last.rsplit_once('/')
                && !name.is_empty()
                && self.models.knows_program(name)
            {
                return vec![name.to_owned()];
            }
        }
        Vec::new()
    }

    fn started_as(&mut self, name: &str, argv: &[Value], stdin: Option<Value>, doing: &Doing, depth: u32) -> Value {
        let here = Some(doing.place);
        let name = name.trim();
        let arguments = argv.get(1..).unwrap_or_default();
        let base = program_name(name);
        self.is_left |= matches!(base, "break" | "return" | "exit");
        if let Some(alias) = self.environment.aliases.get(name).cloned()
            && depth == 0
        {
            let mut words = match split_words(&alias).bare().shape() {
                Shape::List(words) => words.clone(),
                _ => Vec::new(),
            };
            self.is_alias(argv.first(), name, &alias);
            words.extend(arguments.iter().cloned());
            return self.started(&words, stdin, doing, depth + 1);
        }
        if let Some((document, id)) = self.environment.functions.get(name).copied() {
            if let Some(text) = self.handed_on(document, id) {
                self.stands_for(argv.first(), &text);
            }
            let outer = std::mem::replace(&mut self.stdin, stdin);
            let value = self.call_function(document, id, &Arguments::of(arguments.to_vec()), None, doing.place);
            self.stdin = outer;
            return value;
        }
        match self.language() {
            // `call x.bat` is `x.bat`.
            Language::Batch if name.eq_ignore_ascii_case("call") => {
                return self.started(arguments, stdin, doing, depth + 1);
            }
            Language::PowerShell if is_for_each(name) => {
                if let Some(output) = self.for_each(arguments, stdin.as_ref(), doing) {
                    return output;
                }
            }
            _ => {}
        }
        if let Some(value) = self.builtin(name, arguments, stdin.as_ref(), doing.place) {
            return value;
        }
        let words: Vec<Option<String>> = arguments.iter().map(Value::constant).collect();
        let borrowed: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
        let models = self.models;
        let mut doing = doing.clone();
        doing.disguised |= self.hides(argv.first(), base);
        // A library of PowerShell's own: `[Net.WebClient]::new()` and cmdlets are programs too.
        if depth > 0 {
            doing.resolved = shown(argv);
        }
        // Of the names that a first word can be, this one is known.
        if let Some(first) = argv.first()
            && first.constant().is_none()
            && let Some(rest) = doing.resolved.strip_prefix(first.rendered().as_str())
        {
            doing.resolved = format!("{name}{rest}").into();
            doing.tags.push("chosen".into());
        }
        // A program of the system is the same by its path.
        if let Some(rest) = doing.resolved.strip_prefix(name)
            && SYSTEM_FOLDERS.iter().any(|folder| name.strip_prefix(folder) == Some(base))
        {
            doing.resolved = format!("{base}{rest}").into();
        }
        // What the bundle has put there is no known program, whatever its name is.
        let is_made_here = base != name
            && !SYSTEM_FOLDERS.iter().any(|folder| name.starts_with(folder))
            && argv
                .first()
                .is_some_and(|path| crate::flow::paths::keys(path).iter().any(|key| self.written.contains_key(key)));
        let Some((known, binding)) = models.program(name, &borrowed).filter(|_| !is_made_here) else {
            return self.unknown_program(argv, stdin, &doing);
        };
        // A title that stands for several names (`python*`) says less than the name.
        doing.by = match known.title.split_once(' ') {
            Some((_, rest)) => format!("{base} {rest}").into(),
            None => Arc::from(base),
        };
        self.latest_name = Some(doing.by.clone());
        let mut slots = bound(&binding, arguments, stdin.clone());
        self.refer_to_files(arguments);
        if slots.flags.contains("c") && SHELLS.contains(&base) {
            self.script_arguments = slots.operands.get(1..).filter(|rest| !rest.is_empty()).map(<[Value]>::to_vec);
        }
        self.planned(&known.effects, &mut slots, &doing);
        let mut output = None;
        if let Some(runs) = &known.runs
            && let Some(inner) = self.template(runs, &slots, doing.place)
        {
            let inner_doing = Doing { by: doing.by.clone(), disguised: false, ..doing.clone() };
            output = Some(self.wrapped(&inner, stdin.clone(), &inner_doing, depth));
        }
        if let Some(filter) = known.filter.as_ref().filter(|name| self.budget.decodes || !is_decoder(name)) {
            let input = stdin.as_ref().and_then(Value::constant_bytes);
            let constants: Option<Vec<String>> = words.iter().cloned().collect();
            if !self.reads_file(&slots)
                && (stdin.is_none() || input.is_some())
                && let Some(constants) = constants
                && let Some(bytes) =
                    pure::filter::filter(filter, &constants, input.as_deref(), self.budget.constant_bytes)
            {
                // What is handed on as it is keeps its place.
                if let Some(stdin) = stdin.as_ref().filter(|_| input.as_deref() == Some(bytes.as_slice())) {
                    return stdin.clone();
                }
                let mut from: Vec<Value> = slots_yields(&slots);
                self.yields_text(&from, &bytes);
                if from.is_empty() {
                    from.extend(stdin.clone());
                    from.extend(arguments.iter().cloned());
                }
                let value = Value::computed(base, Value::bytes(bytes, here), from, here);
                return self.bounded(value, doing.place);
            }
        }
        if let Some(template) = &known.output {
            let written = self.template(template, &slots, doing.place).or(output);
            return written.map_or_else(|| Value::text("", here), |written| written.computed_by(&doing.by));
        }
        output.unwrap_or_else(|| {
            let mut from: Vec<Value> = stdin.into_iter().collect();
            from.extend(slots.operands.iter().cloned());
            Value::derived(base, from, here)
        })
    }

    /// Notes what a decoder that is also a filter makes of its input.
    fn yields_text(&mut self, from: &[Value], bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else { return };
        for value in from {
            if let Shape::Content(id) = value.shape()
                && let Some(effect) = self.effects.get_mut(id.0 as usize)
                && effect.kind == EffectKind::Decode
                && effect.yielded.is_none()
                && text.len() <= MAX_YIELDED
            {
                effect.yielded = Some(text.into());
            }
        }
    }

    /// Whether a filter was given a file to read, so that its input does not matter.
    fn reads_file(&self, slots: &Slots) -> bool {
        slots.yields.iter().filter(|(kind, _)| *kind == EffectKind::Read).any(|(_, value)| {
            let Shape::Content(id) = value.shape() else { return false };
            let path = self.effects.get(id.0 as usize).and_then(|effect| effect.argument("path"));
            path.is_some_and(|path| !path.texts(4).iter().any(|path| matches!(path.as_str(), "-" | "/dev/stdin")))
        })
    }

    /// `… | % { $_ }`: the blocks are given what is piped in.
    fn for_each(&mut self, blocks: &[Value], stdin: Option<&Value>, doing: &Doing) -> Option<Value> {
        let functions: Vec<_> = blocks
            .iter()
            .filter_map(|block| match block.bare().shape() {
                Shape::Function(document, id) => Some((*document, *id)),
                _ => None,
            })
            .collect();
        if functions.is_empty() {
            return None;
        }
        let here = Some(doing.place);
        let given = match stdin {
            // A text that is piped in is one thing.
            Some(stdin) if stdin.as_text().is_some() => stdin.clone(),
            Some(stdin) => self.element(stdin),
            None => Value::unknown(here),
        };
        self.environment.set_local("_", given.clone());
        self.environment.set_local("psitem", given.clone());
        let mut outputs = vec![given];
        for (document, id) in functions {
            outputs.push(self.call_function(document, id, &Arguments::default(), None, doing.place));
        }
        Some(Value::derived("for each", outputs, here))
    }

    /// A command that another one runs in its place.
    fn wrapped(&mut self, inner: &Value, stdin: Option<Value>, doing: &Doing, depth: u32) -> Value {
        let words = match inner.bare().shape() {
            Shape::List(words) => words.clone(),
            _ => vec![inner.clone()],
        };
        // Several commands (`find -exec a ; -exec b ;`), each a list of words.
        let lists: Vec<&Value> = words.iter().filter(|word| matches!(word.bare().shape(), Shape::List(_))).collect();
        if !lists.is_empty() && lists.len() == words.len() && lists.len() > 1 {
            let outputs = lists
                .into_iter()
                .map(|list| match list.bare().shape() {
                    Shape::List(words) => self.started(&words.clone(), stdin.clone(), doing, depth + 1),
                    _ => Value::unknown(None),
                })
                .collect();
            return Value::choice(outputs, Some(doing.place));
        }
        let mut words = flattened(words);
        words.retain(|word| !matches!(word.bare().shape(), Shape::Map(_)));
        // `parallel ::: command …`: each is a command line.
        if words.first().and_then(Value::as_text) == Some(":::") {
            for code in words.into_iter().skip(1) {
                let arguments = vec![("content", code), ("language", Value::text("sh", Some(doing.place)))];
                self.happens(EffectKind::Eval, arguments, Vec::new(), doing);
            }
            return Value::unknown(Some(doing.place));
        }
        words.retain(|word| word.as_text() != Some(":::"));
        // What is piped in gives a word for each of its own.
        if words.iter().any(|word| word.as_text().is_some_and(|text| text.ends_with('\n'))) {
            words = words
                .into_iter()
                .flat_map(|word| match word.as_text() {
                    Some(text) if text.ends_with('\n') => text
                        .split_ascii_whitespace()
                        .map(|piece| {
                            Value::computed("word", Value::text(piece, word.place()), vec![word.clone()], word.place())
                        })
                        .collect(),
                    _ => vec![word],
                })
                .collect();
        }
        // The end of options; the empty title of a window (`start "" tool`).
        if matches!(words.first().and_then(Value::as_text), Some("--" | "")) {
            words.remove(0);
        }
        // `env A=1 program`: what is set for the program stands before it.
        let set = words.iter().take_while(|word| word.as_text().is_some_and(is_setting)).count();
        self.started(words.get(set..).unwrap_or_default(), stdin, doing, depth + 1)
    }

    /// Whether the text of a word hides the name that it makes.
    fn hides(&self, word: Option<&Value>, name: &str) -> bool {
        let Some(place) = word.and_then(Value::place) else { return false };
        let document = self.documents.get(place.document);
        if document.language != Language::Shell && document.language != Language::PowerShell {
            return false;
        }
        // A command line that code puts together, so that nobody who looks for its name finds it there.
        if let Some(holder) = document.holder.as_ref().filter(|holder| holder.relation == Relation::CommandString) {
            let host = self.documents.get(holder.document);
            let is_code = matches!(host.language, Language::Python | Language::JavaScript | Language::TypeScript);
            if is_code && LOOKED_FOR.contains(&name) && !host.text.contains(name) {
                return true;
            }
        }
        let raw = place.span.slice(&document.text);
        if raw.is_empty() || raw.to_lowercase().contains(&name.to_lowercase()) {
            return false;
        }
        // A text of several words that is run (`eval "$CMD --flag"`) gives no place to the word itself.
        let is_plain = is_plain_variable(raw, name) || raw.trim().contains(char::is_whitespace);
        !is_plain || !(document.text.contains(name) || is_own_path(raw))
    }

    /// A program that no model knows.
    fn unknown_program(&mut self, argv: &[Value], stdin: Option<Value>, doing: &Doing) -> Value {
        let here = Some(doing.place);
        let Some(program) = argv.first() else { return Value::text("", here) };
        let mut doing = doing.clone();
        let text = program.constant();
        if doing.by.is_empty() || text.is_some() {
            doing.by = text.as_deref().map_or_else(|| program.rendered(), |text| program_name(text).to_owned()).into();
        }
        self.latest_name = Some(doing.by.clone());
        if text.as_deref().is_some_and(|text| !is_plausible(text)) {
            // A line of prose or output that stands in a code block.
            return Value::derived("unknown program", argv.to_vec(), here);
        }
        let argv_value = Value::list(argv.get(1..).unwrap_or_default().to_vec(), here);
        let value =
            self.emit(EffectKind::Run, vec![("program", program.clone()), ("argv", argv_value)], &doing, Vec::new());
        self.refer(program, false);
        self.refer_to_files(argv.get(1..).unwrap_or_default());
        let mut from = vec![value];
        // Windows looks into the current folder first.
        let is_here = self.language() == crate::document::Language::Batch
            && text
                .as_deref()
                .is_some_and(|text| [".exe", ".bat", ".cmd", ".ps1", ".vbs"].iter().any(|end| text.ends_with(end)));
        if is_path(program) || is_here || (text.is_none() && self.is_written(program)) {
            let content = Value::new(Shape::FileAt(program.clone()), program.place().or(here));
            let language = text.as_deref().map_or("program", language_of_path);
            let arguments = vec![("content", content), ("language", Value::text(language, here))];
            from.extend(self.happens(EffectKind::Eval, arguments, vec!["program".into()], &doing));
        } else if program.flows() && text.is_none() && !is_only_variables(program) {
            // What is run was worked out from content: `$(curl …)`.
            let content = Value::concat(joined_words(argv), here);
            let arguments = vec![("content", content), ("language", Value::text("sh", here))];
            self.emit(EffectKind::Eval, arguments, &doing, vec!["command-word".into()]);
        }
        from.extend(stdin);
        from.extend(argv.iter().skip(1).cloned());
        Value::derived(format!("unknown program {}", doing.by), from, here)
    }

    /// Whether one of the last effects wrote a file under the name that a value has, though it is not constant
    /// (`t=$(mktemp)`).
    fn is_written(&self, program: &Value) -> bool {
        let keys = crate::flow::paths::keys(program);
        // Commands that other languages put together have first words that may be anything.
        let holder = self.documents.get(self.document).holder.as_ref();
        let is_own = holder.is_none_or(|holder| {
            !matches!(holder.relation, crate::document::Relation::CommandString)
                || self.documents.get(holder.document).language == Language::Shell
        });
        matches!(self.language(), crate::document::Language::Shell | crate::document::Language::PowerShell)
            && is_own
            && !keys.is_empty()
            && matches!(program.bare().shape(), Shape::Derived { .. } | Shape::Unknown)
            && self.effects.iter().rev().take(64).any(|effect| {
                effect.kind == EffectKind::Write
                    && effect
                        .argument("path")
                        .is_some_and(|path| crate::flow::paths::keys(path).iter().any(|key| keys.contains(key)))
            })
    }
}

fn slots_yields(slots: &Slots) -> Vec<Value> {
    slots.yielded().cloned().collect()
}

/// PowerShell's commands that run a block for each thing that is piped in.
fn is_for_each(name: &str) -> bool {
    matches!(name.to_ascii_lowercase().as_str(), "%" | "?" | "foreach" | "foreach-object" | "where" | "where-object")
}

/// Whether a filter undoes an encoding.
fn is_decoder(filter: &str) -> bool {
    ["base64", "base32", "basenc", "xxd", "od", "hexdump", "openssl", "uudecode", "iconv", "gunzip"].contains(&filter)
}
