//! Rule packs: the one that comes with the program, and folders that the user names.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use walkdir::WalkDir;

use super::error::{RuleError, RuleErrors};
use super::lexicon::Lexicons;
use super::literals::Literals;
use super::rule::Rule;
use super::subject::Subject;
use super::{compile, run, written};
use crate::bundle::Bundle;
use crate::document::Documents;
use crate::finding::Finding;
use crate::flow::Graph;

/// Largest file of a pack, in bytes.
const FILE_BYTES: u64 = 1 << 20;

/// Rules and the lexicons that they refer to.
#[derive(Debug, Default)]
pub struct Ruleset {
    rules: Vec<Rule>,
    lexicons: Lexicons,
    /// Worked out when the first bundle is asked.
    literals: OnceLock<Literals>,
}

impl Ruleset {
    /// The rules that come with the program.
    ///
    /// # Errors
    /// Everything that is wrong with them: a bug, which a test finds first.
    pub fn built_in() -> Result<Self, RuleErrors> {
        let mut set = Self::default();
        set.add_files(crate::source::shipped_below("rules/"), true)?;
        Ok(set)
    }

    /// Adds the rules and lexicons (`lexicons/*.yaml`) below a folder. A rule of the same id takes the place of the old one.
    ///
    /// # Errors
    /// Everything that is wrong, with file, line and column. Nothing was added then.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), RuleErrors> {
        let mut files = Vec::new();
        let mut errors = Vec::new();
        for entry in WalkDir::new(folder).follow_links(false).sort_by_file_name().max_depth(16) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    errors.push(RuleError::new(&folder.display().to_string(), 0, 0, error.to_string()));
                    continue;
                }
            };
            let path = entry.path();
            if !entry.file_type().is_file() || path.extension().is_none_or(|extension| extension != "yaml") {
                continue;
            }
            let shown = path.display().to_string();
            match std::fs::metadata(path).map(|data| data.len()) {
                Ok(bytes) if bytes > FILE_BYTES => errors.push(RuleError::new(&shown, 0, 0, "is larger than 1 MiB")),
                Ok(_) => match std::fs::read_to_string(path) {
                    Ok(text) => files.push((shown, text)),
                    Err(error) => errors.push(RuleError::new(&shown, 0, 0, error.to_string())),
                },
                Err(error) => errors.push(RuleError::new(&shown, 0, 0, error.to_string())),
            }
        }
        if !errors.is_empty() {
            return Err(RuleErrors(errors));
        }
        self.add(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    }

    /// Adds files of a pack: lexicons stand in a folder of this name; `models`, `prose` and `stance` are read elsewhere; all
    /// others are rules.
    ///
    /// # Errors
    /// Everything that is wrong, sorted by file and place. Nothing was added then.
    pub fn add<'a>(&mut self, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), RuleErrors> {
        self.add_files(files, false)
    }

    fn add_files<'a>(
        &mut self,
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
        are_shipped: bool,
    ) -> Result<(), RuleErrors> {
        let files: Vec<(&str, &str)> = files.into_iter().collect();
        // The folder that holds the file: what stands further up is where the pack happens to lie.
        let folder = |path: &str, name: &str| path.replace('\\', "/").rsplit('/').nth(1) == Some(name);
        let mut errors = Vec::new();
        let mut lexicons = self.lexicons.clone();
        for (path, text) in files.iter().filter(|(path, _)| folder(path, "lexicons")) {
            errors.extend(lexicons.read(path, text).err());
        }
        let mut rules: BTreeMap<Arc<str>, Rule> =
            self.rules.iter().map(|rule| (rule.id.clone(), rule.clone())).collect();
        let mut here: BTreeMap<Arc<str>, &str> = BTreeMap::new();
        for (path, text) in files
            .iter()
            .filter(|(path, _)| !["lexicons", "models", "prose", "stance"].iter().any(|name| folder(path, name)))
        {
            match read_rule(path, text, &lexicons, are_shipped) {
                Ok(rule) => {
                    if let Some(other) = here.insert(rule.id.clone(), path) {
                        errors.push(RuleError::new(
                            path,
                            0,
                            0,
                            format!("the id `{}` is also that of {other}", rule.id),
                        ));
                    }
                    rules.insert(rule.id.clone(), rule);
                }
                Err(wrong) => errors.extend(wrong),
            }
        }
        if !errors.is_empty() {
            errors.sort();
            return Err(RuleErrors(errors));
        }
        self.rules = rules.into_values().collect();
        self.lexicons = lexicons;
        self.literals = OnceLock::new();
        Ok(())
    }

    /// Every rule, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| &*rule.id == id)
    }

    /// The lexicons.
    #[must_use]
    pub fn lexicons(&self) -> &Lexicons {
        &self.lexicons
    }

    /// Empties the lists of hosts that are suspicious by their name: only to measure what indicators are worth.
    pub fn forget_indicators(&mut self) {
        for name in super::host::SUSPICIOUS {
            self.lexicons.empty(name);
        }
    }

    /// Runs every rule on a bundle. Findings are sorted by path, place and rule.
    #[must_use]
    pub fn run(&self, bundle: &Bundle, documents: &Documents, graph: &Graph) -> Vec<Finding> {
        self.run_watched(bundle, documents, graph, |_| {})
    }

    /// As [`Self::run`]; `ran` is told when the bundle is prepared (`None`), and then of each rule as soon
    /// as it was run: its index in [`Self::rules`].
    #[must_use]
    pub fn run_watched(
        &self,
        bundle: &Bundle,
        documents: &Documents,
        graph: &Graph,
        ran: impl FnMut(Option<usize>),
    ) -> Vec<Finding> {
        let literals = Some(self.literals.get_or_init(|| Literals::of(&self.rules)));
        run::run(&self.rules, &Subject::new(bundle, documents, graph, &self.lexicons, literals), true, ran)
    }

    /// As [`Self::run`] without prefilters: every rule is asked, every pattern is searched everywhere. A test holds the
    /// two equal.
    #[must_use]
    pub fn run_plainly(&self, bundle: &Bundle, documents: &Documents, graph: &Graph) -> Vec<Finding> {
        let subject = Subject::new(bundle, documents, graph, &self.lexicons, None);
        run::run(&self.rules, &subject, false, |_| {})
    }
}

fn read_rule(path: &str, text: &str, lexicons: &Lexicons, is_shipped: bool) -> Result<Rule, Vec<RuleError>> {
    let written: written::Rule =
        serde_saphyr::from_str(text).map_err(|error| vec![RuleError::of_yaml(path, &error)])?;
    compile::compile(&written, path, lexicons, is_shipped)
}
