use std::collections::BTreeMap;
use std::sync::Arc;

use super::known::{KnownCall, KnownProgram};
use super::options::Binding;
use super::schema::Form;
use crate::document::Language;
use crate::lower::prose::Grammar;

/// Languages whose library calls are modelled; TypeScript is JavaScript here.
const LANGUAGES: [&str; 4] = ["shell", "python", "javascript", "powershell"];

/// The models of all languages, compiled for lookup.
#[derive(Debug, Default)]
pub struct Models {
    /// Name in lower case → the models of its sub-commands, longest sub-command first.
    programs: BTreeMap<String, Vec<Arc<KnownProgram>>>,
    /// The same for names that end in `*`, without it.
    program_stems: BTreeMap<String, Vec<Arc<KnownProgram>>>,
    libraries: [Library; LANGUAGES.len()],
    /// The words of prose.
    pub(in crate::flow) prose: Grammar,
}

#[derive(Debug, Default)]
struct Library {
    calls: BTreeMap<(String, Form), Arc<KnownCall>>,
    aliases: BTreeMap<String, String>,
}

/// Aliases of aliases are followed this far: a cycle of them is a mistake that must not hang.
const MAX_ALIASES: usize = 4;

pub(super) fn language_index(word: &str) -> Option<usize> {
    LANGUAGES.iter().position(|language| *language == word)
}

impl Models {
    /// Forgets the words of prose: only to measure what reading prose is worth.
    pub fn forget_prose(&mut self) {
        self.prose = Grammar::default();
    }

    /// The model of a program, found by its name or path in any letter case, with or without `.exe`, and by its
    /// arguments (without the program's name; `None` where a word is not constant). Where models of sub-commands
    /// exist, the one with the longest sub-command that fits.
    #[must_use]
    pub fn program(&self, name: &str, words: &[Option<&str>]) -> Option<(&KnownProgram, Binding)> {
        self.program_candidates(name).iter().find_map(|known| {
            let binding = known.options.bind(words, &known.subcommand)?;
            Some((&**known, binding))
        })
    }

    /// Whether there is a model for a program of this name, whatever its arguments.
    #[must_use]
    pub fn knows_program(&self, name: &str) -> bool {
        !self.program_candidates(name).is_empty()
    }

    fn program_candidates(&self, name: &str) -> &[Arc<KnownProgram>] {
        let base = name.rsplit(['/', '\\']).next().unwrap_or(name).to_lowercase();
        let base = [".exe", ".cmd", ".bat", ".com"].iter().find_map(|end| base.strip_suffix(end)).unwrap_or(&base);
        if let Some(found) = self.programs.get(base) {
            return found;
        }
        let stem = base.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        self.program_stems.get(stem).map_or(&[], Vec::as_slice)
    }

    /// The model of a call by the full dotted name, aliases resolved.
    #[must_use]
    pub fn call(&self, language: Language, name: &str) -> Option<&KnownCall> {
        self.lookup(language, name, Form::Call)
    }

    /// The model of reading one item or member of the named thing (`os.environ['X']`).
    #[must_use]
    pub fn item(&self, language: Language, name: &str) -> Option<&KnownCall> {
        self.lookup(language, name, Form::Item)
    }

    /// The model of using the named thing as a whole (`dict(os.environ)`).
    #[must_use]
    pub fn value(&self, language: Language, name: &str) -> Option<&KnownCall> {
        self.lookup(language, name, Form::Value)
    }

    /// The model of a method of a modelled class, or else of a method of anything (`*.then`).
    #[must_use]
    pub fn method(&self, language: Language, class: Option<&str>, method: &str) -> Option<&KnownCall> {
        class
            .and_then(|class| self.call(language, &format!("{class}.{method}")))
            .or_else(|| self.call(language, &format!("*.{method}")))
    }

    fn lookup(&self, language: Language, name: &str, form: Form) -> Option<&KnownCall> {
        let library = self.libraries.get(library_of(language)?)?;
        let name = library.canonical(&folded(language, name), language == Language::PowerShell);
        library.calls.get(&(name, form)).map(|known| &**known)
    }

    /// The modelled name of a dotted name: `node:fs.readFile` is `fs.readFile`. Names without alias stay.
    #[must_use]
    pub fn canonical(&self, language: Language, name: &str) -> String {
        match library_of(language).and_then(|index| self.libraries.get(index)) {
            Some(library) => library.canonical(name, false),
            None => name.to_owned(),
        }
    }

    /// Every program model once per name, by name.
    pub fn programs(&self) -> impl Iterator<Item = (&str, &KnownProgram)> {
        let all = self.programs.iter().chain(&self.program_stems);
        all.flat_map(|(name, models)| models.iter().map(|known| (name.as_str(), &**known)))
    }

    /// Every call model once per name, by language (`python` …) and name.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, &str, &KnownCall)> {
        self.libraries.iter().zip(LANGUAGES).flat_map(|(library, language)| {
            library.calls.iter().map(move |((name, _), known)| (language, name.as_str(), &**known))
        })
    }

    pub(super) fn add_program(&mut self, names: &[String], known: KnownProgram) -> Result<(), String> {
        if names.is_empty() {
            return Err("has no name".to_owned());
        }
        let known = Arc::new(known);
        for name in names {
            let folded = name.to_lowercase();
            let entry = match folded.strip_suffix('*') {
                Some(stem) if !stem.is_empty() && !stem.contains('*') => {
                    self.program_stems.entry(stem.to_owned()).or_default()
                }
                None if !folded.is_empty() => self.programs.entry(folded).or_default(),
                _ => return Err(format!("`{name}` is no name of a program; `*` may only stand at its end")),
            };
            let same = |other: &Arc<KnownProgram>| {
                other.subcommand.len() == known.subcommand.len()
                    && (other.subcommand.iter().zip(&known.subcommand))
                        .all(|(one, two)| one.iter().any(|word| two.contains(word)))
            };
            if entry.iter().any(same) {
                return Err(format!("`{name}` has a model already"));
            }
            let at = entry.partition_point(|other| other.subcommand.len() >= known.subcommand.len());
            entry.insert(at, known.clone());
        }
        Ok(())
    }

    pub(super) fn add_call(&mut self, language: usize, names: &[String], known: KnownCall) -> Result<(), String> {
        let Some(library) = self.libraries.get_mut(language) else { return Err("has no language".to_owned()) };
        if names.is_empty() {
            return Err("has no name".to_owned());
        }
        let known = Arc::new(known);
        for name in names {
            let key = if LANGUAGES.get(language) == Some(&"powershell") { name.to_lowercase() } else { name.clone() };
            if name.is_empty() || (name.contains('*') && !name.starts_with("*.")) {
                return Err(format!("`{name}` is no name of a call; `*` may only stand for the receiver of a method"));
            }
            if library.calls.insert((key, known.form), known.clone()).is_some() {
                return Err(format!("`{name}` has a model already"));
            }
        }
        Ok(())
    }

    pub(super) fn add_alias(&mut self, language: usize, from: &str, to: &str) -> Result<(), String> {
        let Some(library) = self.libraries.get_mut(language) else { return Err("has no language".to_owned()) };
        let powershell = LANGUAGES.get(language) == Some(&"powershell");
        let fold = |name: &str| if powershell { name.to_lowercase() } else { name.to_owned() };
        match library.aliases.insert(fold(from), fold(to)) {
            Some(other) if other != fold(to) => Err(format!("stands for `{other}` already")),
            _ => Ok(()),
        }
    }
}

impl Library {
    fn canonical(&self, name: &str, strip_system: bool) -> String {
        let mut name = name.to_owned();
        for _ in 0..MAX_ALIASES {
            let Some(next) = self.alias(&name) else { break };
            name = next;
        }
        // .NET's own namespace may be left out in PowerShell.
        match name.strip_prefix("system.") {
            Some(short) if strip_system => short.to_owned(),
            _ => name,
        }
    }

    /// The name with its longest aliased beginning replaced.
    fn alias(&self, name: &str) -> Option<String> {
        let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
        let (end, to) = ends.filter_map(|end| Some((end, self.aliases.get(name.get(..end)?)?))).next_back()?;
        let renamed = format!("{to}{}", name.get(end..)?);
        (renamed != name).then_some(renamed)
    }
}

fn library_of(language: Language) -> Option<usize> {
    language_index(match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => "javascript",
        Language::Python => "python",
        Language::PowerShell => "powershell",
        Language::Shell => "shell",
        _ => return None,
    })
}

/// PowerShell does not tell letter case apart.
fn folded(language: Language, name: &str) -> String {
    if language == Language::PowerShell { name.to_lowercase() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SHELL: &str = "
about: x
language: shell
programs:
- { program: [python*, py], example: { code: x } }
- { program: [aws], example: { code: x } }
- { program: [aws], subcommand: [s3, cp|mv], options: { valued: { _: [--profile] } }, example: { code: x } }
- { program: [aws], subcommand: [s3], example: { code: x } }
";
    const JAVASCRIPT: &str = "
about: x
language: javascript
calls:
- { call: [fs.readFile, fs.promises.readFile], example: { code: x } }
- { call: ['*.then'], example: { code: x } }
- { call: [Socket.then], example: { code: x } }
- { call: [process.env], form: item, example: { code: x } }
aliases: { 'node:fs': fs, fs/promises: fs.promises, 'node:fs/promises': fs/promises, loop.a: loop.b, loop.b: loop.a }
";
    const POWERSHELL: &str = "
about: x
language: powershell
calls:
- { call: [Net.WebClient.DownloadString], example: { code: x } }
";

    fn models() -> Models {
        Models::load([("s", SHELL), ("j", JAVASCRIPT), ("p", POWERSHELL)]).unwrap()
    }

    #[test]
    fn programs_are_found_by_name_and_longest_subcommand() {
        let models = models();
        for (line, title) in [
            ("aws s3 cp a b", Some("aws s3 cp")),
            ("aws --profile p s3 mv a b", Some("aws s3 cp")),
            ("aws s3 ls", Some("aws s3")),
            ("aws ec2", Some("aws")),
            ("/usr/bin/python3.12 x", Some("python*")),
            ("C:\\Python\\PYTHON.EXE x", Some("python*")),
            ("py x", Some("python*")),
            ("py3 x", None),
            ("pythonic x", None),
            (" x", None),
        ] {
            let mut words = line.split(' ');
            let name = words.next().unwrap();
            let words: Vec<_> = words.map(Some).collect();
            assert_eq!(models.program(name, &words).map(|(known, _)| &*known.title), title, "{line}");
        }
    }

    #[test]
    fn calls_are_found_through_aliases_in_their_language() {
        let models = models();
        let js = Language::TypeScript;
        for name in ["fs.readFile", "node:fs.readFile", "fs/promises.readFile", "node:fs/promises.readFile"] {
            assert!(models.call(js, name).is_some(), "{name}");
        }
        assert!(models.call(Language::Python, "fs.readFile").is_none());
        assert!(models.call(js, "fs.readfile").is_none());
        assert!(models.call(js, "loop.a.x").is_none());
        assert!(models.call(Language::PowerShell, "System.NET.webclient.downloadstring").is_some());
        assert_eq!(&*models.method(js, Some("Socket"), "then").unwrap().title, "Socket.then");
        assert_eq!(&*models.method(js, Some("Other"), "then").unwrap().title, "*.then");
        assert!(models.item(js, "process.env").is_some() && models.value(js, "process.env").is_none());
    }
}
