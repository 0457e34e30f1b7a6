//! What names mean at a point of a program: variables by frame, functions, aliases, open descriptors.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::{DocumentId, Language};
use crate::flow::Value;
use crate::lower::operation::FunctionId;

/// Variables of one function call, or of a whole file.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) variables: BTreeMap<Arc<str>, Value>,
    /// The owner of the file whose global names this frame holds; `None` for a call.
    pub(super) module: Option<DocumentId>,
    /// `$1`, `$2` … of a shell function.
    pub(super) positional: Option<Vec<Value>>,
    /// Names that are not its own, though they are set in it (`global`).
    shared: BTreeSet<Arc<str>>,
}

impl Frame {
    pub(super) fn call() -> Self {
        Self { variables: BTreeMap::new(), module: None, positional: None, shared: BTreeSet::new() }
    }

    pub(super) fn module(owner: DocumentId) -> Self {
        Self { variables: BTreeMap::new(), module: Some(owner), positional: None, shared: BTreeSet::new() }
    }
}

/// One change of a variable, to be taken back at the end of a branch's arm.
struct Change {
    frame: usize,
    name: Arc<str>,
    before: Option<Value>,
}

/// What an arm of a branch did to variables: frame and name → the value, or `None` where it was taken away.
pub(super) type Arm = BTreeMap<(usize, Arc<str>), Option<Value>>;

/// An open descriptor: the connection's address, and what is read from it.
#[derive(Debug, Clone)]
pub(super) struct Descriptor {
    pub(super) content: Value,
    pub(super) address: Option<Value>,
    pub(super) path: Option<Value>,
}

/// The names of one file in one language, read in order.
pub(super) struct Environment {
    pub(super) language: Language,
    pub(super) frames: Vec<Frame>,
    journals: Vec<Vec<Change>>,
    pub(super) functions: BTreeMap<Arc<str>, (DocumentId, FunctionId)>,
    pub(super) aliases: BTreeMap<Arc<str>, Value>,
    pub(super) references: BTreeMap<Arc<str>, Arc<str>>,
    pub(super) descriptors: BTreeMap<u32, Descriptor>,
}

impl Environment {
    pub(super) fn new(language: Language, owner: DocumentId) -> Self {
        Self {
            language,
            frames: vec![Frame::module(owner)],
            journals: Vec::new(),
            functions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            references: BTreeMap::new(),
            descriptors: BTreeMap::new(),
        }
    }

    /// The owner of the file whose code runs.
    pub(super) fn owner(&self) -> Option<DocumentId> {
        self.frames.iter().rev().find_map(|frame| frame.module)
    }

    /// The name that is meant, through `declare -n`.
    pub(super) fn meant<'n>(&'n self, name: &'n str) -> &'n str {
        let mut name = name;
        for _ in 0..8 {
            match self.references.get(name) {
                Some(next) => name = next,
                None => break,
            }
        }
        name
    }

    fn frame_of(&self, name: &str) -> Option<usize> {
        let mut at = self.frames.len();
        while at > 0 {
            at -= 1;
            let frame = self.frames.get(at)?;
            if frame.variables.contains_key(name) {
                return Some(at);
            }
        }
        None
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        let name = self.meant(name);
        self.frames.iter().rev().find_map(|frame| frame.variables.get(name))
    }

    /// Sets a variable as the language scopes it.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        let name: Arc<str> = self.meant(name).into();
        let top = self.frames.len().saturating_sub(1);
        let is_shared = self.frames.last().is_some_and(|frame| frame.shared.contains(&name));
        let frame = if is_shared {
            self.outer_frame(&name)
        } else if self.language == Language::Python {
            top
        } else {
            // Shell and PowerShell are global by default; JavaScript writes to the scope that declared the name.
            match (self.frame_of(&name), self.language) {
                (Some(found), _) => found,
                (None, Language::Shell | Language::Batch) => {
                    self.frames.iter().rposition(|frame| frame.module.is_some()).unwrap_or(0)
                }
                (None, _) => top,
            }
        };
        self.set_in(frame, name, Some(value));
    }

    /// Names that the innermost frame sets outside of itself from now on.
    pub(super) fn share(&mut self, names: &[String]) {
        if let Some(frame) = self.frames.last_mut().filter(|frame| frame.module.is_none()) {
            frame.shared.extend(names.iter().map(|name| Arc::from(name.as_str())));
        }
    }

    /// The frame outside of the innermost that a name belongs to: the module's, unless one in between has it alone.
    fn outer_frame(&self, name: &str) -> usize {
        let module = self.frames.iter().rposition(|frame| frame.module.is_some()).unwrap_or(0);
        let has = |at: usize| self.frames.get(at).is_some_and(|frame| frame.variables.contains_key(name));
        if has(module) {
            return module;
        }
        let below = self.frames.len().saturating_sub(1);
        (module..below).rev().find(|at| has(*at)).unwrap_or(module)
    }

    /// Sets a variable of the innermost frame.
    pub(super) fn set_local(&mut self, name: &str, value: Value) {
        let top = self.frames.len().saturating_sub(1);
        self.set_in(top, name.into(), Some(value));
    }

    pub(super) fn unset(&mut self, name: &str) {
        if let Some(frame) = self.frame_of(name) {
            self.set_in(frame, name.into(), None);
        }
    }

    fn set_in(&mut self, frame: usize, name: Arc<str>, value: Option<Value>) {
        let Some(variables) = self.frames.get_mut(frame).map(|frame| &mut frame.variables) else { return };
        let before = match value {
            Some(value) => variables.insert(name.clone(), value),
            None => variables.remove(&name),
        };
        if let Some(journal) = self.journals.last_mut() {
            journal.push(Change { frame, name, before });
        }
    }

    /// Whether an arm of a branch is looked at.
    pub(super) fn is_in_arm(&self) -> bool {
        !self.journals.is_empty()
    }

    /// Sets a global name of the file whose code runs.
    pub(super) fn set_global(&mut self, name: &str, value: Value) {
        let module = self.frames.iter().rposition(|frame| frame.module.is_some()).unwrap_or(0);
        self.set_in(module, name.into(), Some(value));
    }

    /// Begins an arm of a branch.
    pub(super) fn begin_arm(&mut self) {
        self.journals.push(Vec::new());
    }

    /// Ends an arm: what it changed is taken back, and handed out as the arm's result.
    pub(super) fn end_arm(&mut self) -> Arm {
        let mut result = BTreeMap::new();
        for Change { frame, name, before } in self.journals.pop().unwrap_or_default().into_iter().rev() {
            let Some(variables) = self.frames.get_mut(frame).map(|frame| &mut frame.variables) else { continue };
            let now = match before {
                Some(before) => variables.insert(name.clone(), before),
                None => variables.remove(&name),
            };
            result.entry((frame, name)).or_insert(now);
        }
        result
    }

    /// Joins what the arms of a branch did to variables. `complete`: one of the arms surely runs.
    pub(super) fn join(&mut self, arms: &[Arm], complete: bool) {
        let mut names: Vec<(usize, Arc<str>)> = arms.iter().flat_map(|arm| arm.keys().cloned()).collect();
        names.sort();
        names.dedup();
        for (frame, name) in names {
            let before = self.frames.get(frame).and_then(|frame| frame.variables.get(&name)).cloned();
            let mut values = Vec::new();
            let mut kept = !complete;
            for arm in arms {
                match arm.get(&(frame, name.clone())) {
                    Some(Some(value)) => values.push(value.clone()),
                    Some(None) => {}
                    None => kept = true,
                }
            }
            if kept && let Some(before) = before {
                values.insert(0, before);
            }
            if !values.is_empty() {
                let place = values.last().and_then(Value::place);
                self.set_in(frame, name, Some(Value::choice(values, place)));
            }
        }
    }

    /// `$1`, `$2` … where they are known.
    pub(super) fn positional(&self) -> Option<&Vec<Value>> {
        self.frames.iter().rev().find_map(|frame| frame.positional.as_ref())
    }

    pub(super) fn set_positional(&mut self, values: Vec<Value>) {
        let at = self.frames.iter().rposition(|frame| frame.positional.is_some()).unwrap_or(0);
        if let Some(frame) = self.frames.get_mut(at) {
            frame.positional = Some(values);
        }
    }
}
