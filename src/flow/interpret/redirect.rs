//! Where commands read from and write to.

use super::Interpreter;
use super::emit::Doing;
use super::environment::Descriptor;
use crate::flow::{EffectKind, Place, Shape, Value};
use crate::lower::operation::{Expression, ExpressionKind, Operation, OperationKind, Redirect, RedirectKind};

/// Most commands of one pipe that are looked at.
const MAX_STAGES: usize = 4096;
/// How many of them are its last.
const LAST_STAGES: usize = 64;

/// Where a command's input comes from and its output goes.
#[derive(Debug, Default)]
pub(super) struct Streams {
    pub(super) stdin: Option<Value>,
    outputs: Vec<Output>,
    /// The connection that is both read and written: what runs in between serves the other side.
    pub(super) socket: Option<Value>,
    /// Descriptors that stay open (`exec 3<>…`).
    pub(super) opened: Vec<(u32, Descriptor)>,
    /// Bodies that read what is written (`> >(…)`).
    pub(super) readers: Vec<Vec<Operation>>,
}

#[derive(Debug)]
struct Output {
    target: Value,
    append: bool,
    place: Place,
    /// The connection that it goes to.
    connection: Option<Value>,
}

impl Interpreter<'_> {
    pub(super) fn redirected(&mut self, redirects: &[Redirect], stdin: Option<Value>) -> Streams {
        let mut streams = Streams { stdin, ..Streams::default() };
        let mut at = 0;
        while let Some(redirect) = redirects.get(at) {
            at += 1;
            // `<ADDRESS>` in documentation is a place to fill in, not a file that is read and one that is written.
            if let (RedirectKind::Read(_), Some(next)) = (&redirect.kind, redirects.get(at))
                && matches!(next.kind, RedirectKind::Write(_))
                && next.span.start == redirect.span.end
                && redirect.descriptor.is_none()
                && !self.source(self.place(redirect.span)).starts_with("< ")
            {
                at += 1;
                continue;
            }
            self.redirect(redirect, &mut streams);
        }
        streams
    }

    fn redirect(&mut self, redirect: &Redirect, streams: &mut Streams) {
        let place = self.place(redirect.span);
        let here = Some(place);
        let descriptor = redirect.descriptor;
        match &redirect.kind {
            RedirectKind::Heredoc { body, span } => {
                let value = self.value(body);
                let place = self.place(*span);
                streams.stdin = Some(value.at(place));
            }
            RedirectKind::HereString(word) => streams.stdin = Some(self.word(word)),
            RedirectKind::Read(word) => {
                let path = self.word(word);
                let content = match self.connection(&path, place, streams) {
                    Some(content) => content,
                    None => self.read_from(&path, place),
                };
                match descriptor {
                    None | Some(0) => streams.stdin = Some(content),
                    Some(number) => {
                        streams.opened.push((number, Descriptor { content, address: None, path: Some(path) }));
                    }
                }
            }
            RedirectKind::ReadWrite(word) => {
                let path = self.word(word);
                let content = match self.connection(&path, place, streams) {
                    Some(content) => content,
                    None => Value::new(Shape::FileAt(path.clone()), here),
                };
                match descriptor {
                    None | Some(0) => streams.stdin = Some(content),
                    Some(number) => {
                        let address = streams.socket.clone();
                        streams.opened.push((number, Descriptor { content, address, path: Some(path) }));
                    }
                }
            }
            RedirectKind::Write(word) | RedirectKind::Append(word) | RedirectKind::WriteAll(word) => {
                if let [part] = word.parts.as_slice()
                    && let ExpressionKind::InputPath(body) = &part.value.kind
                {
                    streams.readers.push(body.clone());
                    return;
                }
                let target = self.word(word);
                let all = matches!(redirect.kind, RedirectKind::WriteAll(_));
                if matches!(descriptor, Some(2)) && !all {
                    return;
                }
                let quiet = target.constant().is_some_and(|path| {
                    matches!(
                        path.as_str(),
                        "/dev/null" | "/dev/stderr" | "/dev/stdout" | "/dev/tty" | "NUL" | "nul" | "$null"
                    )
                });
                if quiet {
                    streams.outputs.push(Output { target, append: false, place, connection: None });
                    return;
                }
                let connection = self.connection(&target, place, streams);
                if let Some(number) = descriptor.filter(|number| *number > 2) {
                    let content = connection.clone().unwrap_or_else(|| Value::new(Shape::FileAt(target.clone()), here));
                    let address = connection.is_some().then(|| target.clone());
                    streams.opened.push((number, Descriptor { content, address, path: Some(target) }));
                    return;
                }
                let append = matches!(redirect.kind, RedirectKind::Append(_));
                streams.outputs.push(Output { target, append, place, connection });
            }
            RedirectKind::Duplicate(word) => {
                let target = self.word(word);
                if let Shape::Object { class, fields } = target.bare().shape()
                    && &**class == "output-path"
                {
                    streams.stdin = fields.first().map(|(_, value)| value.clone());
                    return;
                }
                let Some(number) = target.constant().and_then(|text| text.trim_end_matches('-').parse::<u32>().ok())
                else {
                    return;
                };
                let input = self.source(place).contains('<');
                let to = descriptor.unwrap_or(u32::from(!input));
                if to == 0 {
                    // `0>&1`, `<&3`: input from what the other descriptor is.
                    if number <= 2 {
                        if let Some(connection) =
                            streams.outputs.iter().rev().find_map(|output| output.connection.clone())
                        {
                            streams.stdin = Some(connection.clone());
                            streams.socket = Some(connection);
                        }
                    } else if let Some(open) = self.environment.descriptors.get(&number) {
                        streams.stdin = Some(open.content.clone());
                        if open.address.is_some() {
                            streams.socket.get_or_insert_with(|| open.content.clone());
                        }
                    }
                } else if number > 2
                    && to == 1
                    && let Some(open) = self.environment.descriptors.get(&number).cloned()
                {
                    let connection = open.address.is_some().then(|| open.content.clone());
                    let target = open.address.or(open.path).unwrap_or_else(|| Value::unknown(here));
                    streams.outputs.push(Output { target, append: true, place, connection });
                }
            }
        }
    }

    /// The content of a file that is redirected in.
    fn read_from(&mut self, path: &Value, place: Place) -> Value {
        if let Shape::Object { class, fields } = path.bare().shape()
            && &**class == "output-path"
        {
            return fields.first().map_or_else(|| Value::unknown(Some(place)), |(_, value)| value.clone());
        }
        let mut doing = Doing::new("<".into(), place);
        doing.resolved = format!("< {}", path.rendered()).into();
        self.emit(EffectKind::Read, vec![("path", path.clone())], &doing, Vec::new())
    }

    /// `/dev/tcp/host/port` and `/dev/udp/…`: a connection.
    fn connection(&mut self, path: &Value, place: Place, streams: &mut Streams) -> Option<Value> {
        let shown = path.rendered();
        let rest = shown.strip_prefix("/dev/tcp/").or_else(|| shown.strip_prefix("/dev/udp/"))?;
        let address = match path.constant() {
            Some(_) => Value::text(rest.replacen('/', ":", 1), path.place()),
            None => Value::derived("address", vec![path.clone()], path.place()),
        };
        let mut doing = Doing::new("/dev/tcp".into(), place);
        doing.resolved = shown.into();
        let content = self.emit(EffectKind::Connect, vec![("address", address.clone())], &doing, vec!["raw".into()]);
        streams.socket = Some(address);
        Some(content)
    }

    /// Sends what was written on its way; gives what is left for the output around.
    pub(super) fn write_out(&mut self, streams: &Streams, stdout: Value, doing: &Doing) -> Value {
        for body in &streams.readers {
            let place = doing.place;
            self.captured_with(body, Some(stdout.clone()), place);
        }
        if streams.outputs.is_empty() {
            return if streams.readers.is_empty() { stdout } else { Value::text("", Some(doing.place)) };
        }
        for output in &streams.outputs {
            let quiet = output.target.constant().is_some_and(|path| {
                matches!(
                    path.as_str(),
                    "/dev/null" | "/dev/stderr" | "/dev/stdout" | "/dev/tty" | "NUL" | "nul" | "$null"
                )
            });
            if quiet {
                continue;
            }
            let place = Place { document: doing.place.document, span: doing.place.span.cover(output.place.span) };
            let sign = if output.append { ">>" } else { ">" };
            let resolved = format!("{} {sign} {}", doing.resolved, output.target.rendered());
            let doing = Doing {
                by: doing.by.clone(),
                place,
                resolved: resolved.into(),
                disguised: doing.disguised,
                tags: Vec::new(),
            };
            if output.connection.is_some() {
                let url = output.target.clone();
                self.emit(EffectKind::Send, vec![("body", stdout.clone()), ("url", url)], &doing, vec!["raw".into()]);
                continue;
            }
            let tags = if output.append { vec!["append".into()] } else { Vec::new() };
            let arguments = vec![("content", stdout.clone()), ("path", output.target.clone())];
            self.emit(EffectKind::Write, arguments, &doing, tags);
        }
        Value::text("", Some(doing.place))
    }

    /// Commands that run together, with redirections of their own.
    pub(super) fn group(&mut self, body: &[Operation], redirects: &[Redirect], place: Place) -> Value {
        let stdin = self.stdin.clone();
        let streams = self.redirected(redirects, stdin);
        let stdout = self.captured_with(body, streams.stdin.clone(), place);
        let doing = Doing { resolved: stdout.rendered().into(), ..Doing::new("group".into(), place) };
        self.write_out(&streams, stdout, &doing)
    }

    /// Commands whose output feeds the next.
    pub(super) fn pipeline(&mut self, stages: &[Expression], place: Place) -> Value {
        let mut flowing = self.stdin.clone();
        let mut last = Value::text("", Some(place));
        // Of a pipe that is too long its beginning and its end are looked at: what comes in, and what runs it.
        if stages.len() > MAX_STAGES {
            self.limit(self.document, "there are too many commands in one pipe to follow them all");
        }
        let skipped = MAX_STAGES - LAST_STAGES..stages.len().saturating_sub(LAST_STAGES).max(MAX_STAGES - LAST_STAGES);
        for (_, stage) in
            stages.iter().enumerate().filter(|(at, _)| stages.len() <= MAX_STAGES || !skipped.contains(at))
        {
            last = if let ExpressionKind::Command(command) = &stage.kind {
                let stdin = flowing.take();
                self.deeper(Value::unknown(Some(place)), |interpreter| interpreter.command(command, stage.span, stdin))
            } else {
                let operation = Operation { kind: OperationKind::Evaluate(stage.clone()), span: stage.span };
                let stage_place = self.place(stage.span);
                if is_shell_stage(stage) {
                    self.captured_with(std::slice::from_ref(&operation), flowing.take(), stage_place)
                } else {
                    let outer = std::mem::replace(&mut self.stdin, flowing.take());
                    let value = self.value(stage);
                    self.stdin = outer;
                    value
                }
            };
            flowing = Some(last.clone().carried("pipe", Some(self.place(stage.span))));
        }
        last
    }
}

fn is_shell_stage(stage: &Expression) -> bool {
    matches!(stage.kind, ExpressionKind::Group { .. } | ExpressionKind::Pipeline(_))
}
