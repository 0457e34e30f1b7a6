//! The abstract interpreter: lowered programs and models become effects over values.
//!
//! Every arm of a branch is looked at, a loop runs once over a choice of its elements, a function of the bundle is
//! interpreted where it is called, and what is evaluated as code is parsed and interpreted in place.

mod argv;
mod builtin;
mod call;
mod closure;
mod code;
mod command;
mod emit;
mod environment;
mod expansion;
mod expression;
mod foreign;
mod function;
mod layer;
mod member;
mod method;
mod model;
mod names;
mod object;
mod operations;
mod plain;
mod python;
mod reach;
mod redirect;
mod reflection;
mod regexp;
mod store;
mod template;
#[cfg(test)]
mod tests;
mod turns;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use environment::{Environment, Frame};

use super::{Budget, Effect, EffectId, Graph, Models, Origin, Place, Value};
use crate::document::{DocumentId, Documents, Language, Relation};
use crate::finding::{Notice, NoticeKind};
use crate::lower::operation::FunctionId;
use crate::lower::{self, Program};
use crate::source::Span;

/// Levels of expressions, operations and calls inside each other: the stack's share.
const MAX_NESTING: u32 = 220;
/// How often one function is interpreted for different calls.
const MAX_CALLS: u32 = 12;
/// How often, where a text is worked out piece by piece.
const MAX_TURNED_CALLS: u32 = 4096;
/// Effects of one bundle.
const MAX_EFFECTS: usize = 200_000;
/// Most bytes of evaluated texts that are parsed in one bundle.
const MAX_EVALUATED: usize = 2 << 20;

/// Turns of loops and calls over elements that are worked out one by one in a bundle. What comes after them is looked at
/// as any other loop is: once, over all that it could see.
const MAX_ALL_TURNS: usize = 50_000;

/// What a value went through whose name was worked out.
const COMPUTED_NAME: &str = "computed name";

/// A class of the bundle.
struct Class {
    name: Arc<str>,
    attributes: BTreeMap<Arc<str>, Value>,
    bases: Vec<Value>,
    /// Names that its body assigns, in order: the fields of a class that only lists them.
    fields: Vec<Arc<str>>,
}

pub(super) struct Interpreter<'a> {
    documents: &'a mut Documents,
    models: &'a Models,
    budget: &'a Budget,
    steps: u64,
    decoded: usize,
    nesting: u32,
    layers: u32,
    effects: Vec<Effect>,
    /// Effects at a place that read the same: each is recorded once.
    recorded: BTreeMap<(Place, &'static str, Arc<str>), Vec<EffectId>>,
    notices: Vec<Notice>,
    noticed: BTreeSet<(u32, &'static str)>,
    programs: BTreeMap<DocumentId, Option<Arc<Program>>>,
    /// Path in the bundle → document of the file.
    files: BTreeMap<String, DocumentId>,
    /// The document whose text is interpreted.
    document: DocumentId,
    environment: Environment,
    /// Input of the commands that are interpreted, where something is piped or redirected in.
    stdin: Option<Value>,
    /// What commands write, for the capture, function or group around them.
    outputs: Vec<Vec<Value>>,
    /// What code in Markdown prints, for the sentences that pass it on.
    printed: BTreeMap<DocumentId, Value>,
    /// What the functions that are being called return.
    returns: Vec<Vec<Value>>,
    /// What the functions that are being called give one by one (`yield`).
    given: Vec<Vec<Value>>,
    /// Loops and comprehensions around that are worked out turn by turn.
    turning: u32,
    turns_left: usize,
    closures: Vec<closure::Closure>,
    /// Attributes of single objects, by their number.
    instances: Vec<BTreeMap<Arc<str>, Value>>,
    function_attributes: BTreeMap<(DocumentId, FunctionId), BTreeMap<Arc<str>, Value>>,
    /// Names that the function which is called next remembers.
    entering: Option<Frame>,
    calling: Vec<(DocumentId, FunctionId)>,
    calls: BTreeMap<(DocumentId, FunctionId), u32>,
    classes: Vec<Class>,
    /// Global names of files that were interpreted, by owner; taken out while they are on the stack of frames.
    modules: BTreeMap<DocumentId, Frame>,
    /// Document → the owner of its names.
    owners: BTreeMap<DocumentId, DocumentId>,
    started: BTreeSet<DocumentId>,
    /// Content that was written to files, by name, as far as the bundle itself provides it.
    written: BTreeMap<String, Vec<Value>>,
    exports: BTreeMap<Arc<str>, Vec<Value>>,
    variables: BTreeMap<(DocumentId, Arc<str>), Value>,
    /// Documents made from values: (host, span, language, text).
    layers_made: BTreeMap<(DocumentId, Span, Language, Arc<str>), DocumentId>,
    /// Who runs or loads whose file: (document, root document of the file, whether it is loaded as a library).
    references: Vec<(DocumentId, DocumentId, bool)>,
    /// Values that stand in a text that was put together, by marker.
    holes: Vec<Value>,
    evaluating: BTreeSet<DocumentId>,
    /// Connections whose descriptors were given to the process (`dup2`).
    duplicated: Vec<EffectId>,
    /// The object that a method changed, to be stored where it came from.
    changed_receiver: Option<Value>,
    /// The program that the latest command turned out to be.
    latest_name: Option<Arc<str>>,
    /// Texts that were decoded: where, by what scheme, and what they are.
    decoded_texts: Vec<(Place, String, Arc<str>)>,
    /// What stands in the place of what in the plain lines.
    edits: plain::Edits,
    /// Evaluated documents, with the effect that runs each.
    runners: BTreeMap<DocumentId, EffectId>,
    /// Where a constant variable is used, with where it was set.
    origins: BTreeMap<Place, Origin>,
    /// Names of what runs code that are put together, with where; and those that stand as they are, by file.
    assembled: Vec<(Place, Arc<str>)>,
    plain_names: BTreeSet<(u32, &'static str)>,
    /// Bytes of evaluated texts that may still be parsed: code that makes longer and longer code is not followed for long.
    evaluated: usize,
    /// How often each file was sourced by a sourced one.
    placed: BTreeMap<DocumentId, u32>,
    /// Whether the loop that is read is left somewhere (`break`, `exit`).
    is_left: bool,
    /// For each effect, how many others content went through on its way into it, one after the other.
    crossed: Vec<u16>,
    /// Who reads the files that templates ask for, where that is an effect of its own.
    reading: Option<emit::Doing>,
    /// Paths that something was written to.
    fetched_paths: BTreeSet<String>,
    /// What a shell is given besides its code (`sh -c code name a b`).
    script_arguments: Option<Vec<Value>>,
    /// Folders that a shell goes into.
    entered: BTreeSet<String>,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(documents: &'a mut Documents, models: &'a Models, budget: &'a Budget) -> Self {
        let mut files = BTreeMap::new();
        for document in documents.all() {
            if document.holder.is_none() {
                files.insert(super::paths::normalise(&documents.file_of(document.id).path), document.id);
            }
        }
        Self {
            documents,
            models,
            budget,
            steps: budget.steps,
            decoded: budget.decoded_bytes,
            nesting: 0,
            layers: 0,
            effects: Vec::new(),
            recorded: BTreeMap::new(),
            notices: Vec::new(),
            noticed: BTreeSet::new(),
            programs: BTreeMap::new(),
            files,
            document: DocumentId(0),
            environment: Environment::new(Language::Text, DocumentId(0)),
            stdin: None,
            outputs: Vec::new(),
            printed: BTreeMap::new(),
            returns: Vec::new(),
            given: Vec::new(),
            turning: 0,
            turns_left: MAX_ALL_TURNS,
            closures: Vec::new(),
            instances: Vec::new(),
            function_attributes: BTreeMap::new(),
            entering: None,
            calling: Vec::new(),
            calls: BTreeMap::new(),
            classes: Vec::new(),
            modules: BTreeMap::new(),
            owners: BTreeMap::new(),
            started: BTreeSet::new(),
            written: BTreeMap::new(),
            exports: BTreeMap::new(),
            variables: BTreeMap::new(),
            layers_made: BTreeMap::new(),
            references: Vec::new(),
            holes: Vec::new(),
            evaluating: BTreeSet::new(),
            duplicated: Vec::new(),
            changed_receiver: None,
            latest_name: None,
            decoded_texts: Vec::new(),
            edits: plain::Edits::default(),
            runners: BTreeMap::new(),
            origins: BTreeMap::new(),
            assembled: Vec::new(),
            plain_names: BTreeSet::new(),
            evaluated: MAX_EVALUATED,
            placed: BTreeMap::new(),
            is_left: false,
            crossed: Vec::new(),
            reading: None,
            fetched_paths: BTreeSet::new(),
            script_arguments: None,
            entered: BTreeSet::new(),
        }
    }

    /// Interprets every document that is code, file by file, each file in reading order.
    pub(super) fn run(mut self) -> Graph {
        let documents = self.documents.all();
        let mut order: Vec<(u32, u32, DocumentId)> = documents
            .iter()
            .filter(|document| document.language.is_code())
            .map(|document| (document.file, document.map.map(Span::at(0)).start, document.id))
            .collect();
        order.sort_unstable();
        let mut at = 0;
        while let Some((file, ..)) = order.get(at).copied() {
            let until = order[at..].iter().position(|(other, ..)| *other != file).map_or(order.len(), |len| at + len);
            let group: Vec<DocumentId> = order[at..until].iter().map(|(.., id)| *id).collect();
            self.file(&group);
            at = until;
        }
        self.uncalled();
        self.assembled_names();
        self.encoded_sentences();
        self.unused_layers();
        self.prose();
        self.finish()
    }

    /// Reads what is told to the agent in sentences.
    fn prose(&mut self) {
        let documents = self.documents.all();
        let mut order: Vec<DocumentId> = documents.iter().map(|document| document.id).collect();
        let length = |id: DocumentId| self.documents.get(id).text.len();
        if order.iter().map(|&id| length(id)).sum::<usize>() > self.budget.prose_bytes {
            // Short texts first, so that a long one takes the turn of no other.
            order.sort_by_key(|&id| length(id));
        }
        let mut left = Some(self.budget.prose_bytes);
        for id in order {
            super::prose::read(self.documents, id, &self.models.prose, &self.printed, &mut self.effects, &mut left);
            if left.is_none() {
                self.limit(id, "there is so much prose that not every sentence was read, only matched as text");
            }
        }
    }

    /// Interprets the documents of one file: those in one language share their names.
    fn file(&mut self, group: &[DocumentId]) {
        let mut shared: BTreeMap<Language, Environment> = BTreeMap::new();
        for id in group.iter().copied() {
            let document = self.documents.get(id);
            let language = document.language;
            let alone = document.holder.as_ref().is_none_or(|holder| {
                matches!(holder.relation, Relation::ManifestValue(_) | Relation::LoadTime | Relation::FrontMatter)
            });
            if document.holder.is_none() && self.started.contains(&id) {
                continue;
            }
            if alone {
                let environment = Environment::new(language, id);
                let environment = self.within(id, environment, |interpreter| interpreter.body(id));
                self.keep(environment);
                continue;
            }
            let environment = shared.remove(&language).unwrap_or_else(|| Environment::new(language, id));
            let environment = self.within(id, environment, |interpreter| interpreter.body_that_prints(id));
            shared.insert(language, environment);
        }
        for environment in shared.into_values() {
            self.keep(environment);
        }
    }

    /// Interprets a document of code in Markdown, and keeps what it prints.
    fn body_that_prints(&mut self, id: DocumentId) {
        self.outputs.push(Vec::new());
        self.body(id);
        let printed = self.outputs.pop().unwrap_or_default();
        if !printed.is_empty() {
            self.printed.insert(id, Value::choice(printed, None));
        }
    }

    /// Keeps the global names of an environment, so that its functions can be called from elsewhere.
    fn keep(&mut self, mut environment: Environment) {
        if !environment.frames.is_empty() {
            let frame = environment.frames.swap_remove(0);
            if let Some(owner) = frame.module {
                self.modules.insert(owner, frame);
            }
        }
    }

    /// Does something as `document`, with the names of `environment`, which is handed back.
    fn within(&mut self, id: DocumentId, environment: Environment, work: impl FnOnce(&mut Self)) -> Environment {
        let owner = environment.frames.first().and_then(|frame| frame.module).unwrap_or(id);
        self.owners.entry(id).or_insert(owner);
        let outer = std::mem::replace(&mut self.environment, environment);
        let document = std::mem::replace(&mut self.document, id);
        let stdin = self.stdin.take();
        let outputs = std::mem::take(&mut self.outputs);
        let returns = std::mem::take(&mut self.returns);
        let given = std::mem::take(&mut self.given);
        work(self);
        self.given = given;
        self.returns = returns;
        self.outputs = outputs;
        self.stdin = stdin;
        self.document = document;
        std::mem::replace(&mut self.environment, outer)
    }

    /// Interprets the body of a document with the names that are in force.
    fn body(&mut self, id: DocumentId) {
        self.started.insert(id);
        if let Some(program) = self.program(id) {
            self.operations(&program.body);
        } else if self.documents.get(id).language == Language::OtherCode {
            let text = Value::text(self.documents.get(id).text.clone(), Some(self.place(Span::at(0))));
            let doing = emit::Doing::new("system".into(), self.place(Span::at(0)));
            self.foreign(&text, "code", &doing);
        }
    }

    fn program(&mut self, id: DocumentId) -> Option<Arc<Program>> {
        if let Some(program) = self.programs.get(&id) {
            return program.clone();
        }
        let program = lower::lower(self.documents.get(id)).map(Arc::new);
        if program.as_ref().is_some_and(|program| program.truncated) {
            self.limit(id, "code is nested too deeply to be followed whole");
        }
        self.programs.insert(id, program.clone());
        program
    }

    /// Interprets functions that nothing called, with arguments that come from outside, so that their effects are seen.
    fn uncalled(&mut self) {
        let all: Vec<DocumentId> = self.programs.keys().copied().collect();
        for id in all {
            let Some(program) = self.program(id) else { continue };
            let language = self.documents.get(id).language;
            // Methods that set what an object keeps come before those that only use it.
            let mut order: Vec<usize> = (0..program.functions.len()).collect();
            order.sort_by_key(|&index| {
                !program.functions.get(index).is_some_and(|function| function.class.is_some() && object::sets(function))
            });
            for index in order {
                let function = FunctionId(index as u32);
                if self.calls.contains_key(&(id, function)) {
                    continue;
                }
                let owner = self.owners.get(&id).copied().unwrap_or(id);
                let mut environment = Environment::new(language, owner);
                if let Some(frame) = self.modules.remove(&owner) {
                    environment.frames = vec![frame];
                }
                let environment =
                    self.within(id, environment, |interpreter| interpreter.call_from_outside(id, function));
                self.keep(environment);
            }
        }
    }

    /// Takes steps from the budget; says whether there were any left.
    fn step(&mut self, steps: u64) -> bool {
        if self.steps >= steps {
            self.steps -= steps;
            return true;
        }
        self.steps = 0;
        self.limit(self.document, "the code is too much to be followed whole");
        false
    }

    /// Takes a turn of what is worked out turn by turn; says whether there was one left.
    fn turn(&mut self) -> bool {
        self.turns_taken(1);
        self.turns_left > 0 && self.step(1)
    }

    fn turns_taken(&mut self, turns: usize) {
        self.turns_left = self.turns_left.saturating_sub(turns);
    }

    /// Goes one level deeper, if the stack allows.
    fn deeper<T>(&mut self, fallback: T, work: impl FnOnce(&mut Self) -> T) -> T {
        if self.nesting >= MAX_NESTING {
            self.limit(self.document, "code is nested too deeply to be followed whole");
            return fallback;
        }
        self.nesting += 1;
        let result = work(self);
        self.nesting -= 1;
        result
    }

    /// Records once per file that a limit was reached.
    fn limit(&mut self, id: DocumentId, what: &'static str) {
        let file = self.documents.get(id).file;
        if self.noticed.insert((file, what)) {
            let path = self.documents.file_of(id).path.to_string();
            let message = format!("In `{path}`, {what}.");
            self.notices.push(Notice { kind: NoticeKind::Limit, path, line: None, message, incomplete: true });
        }
    }

    fn place(&self, span: Span) -> Place {
        Place { document: self.document, span }
    }

    fn language(&self) -> Language {
        self.environment.language
    }

    /// The text under a place.
    fn source(&self, place: Place) -> &str {
        place.span.slice(&self.documents.get(place.document).text)
    }
}
