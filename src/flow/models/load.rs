use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_saphyr::{Location, Spanned};

use super::known::{
    Condition, ExpectedEffect, KnownCall, KnownExample, KnownProgram, PlannedEffect, effect_kind, effect_role,
};
use super::lookup::{Models, language_index};
use super::options::OptionTable;
use super::schema::{Argument, CallModel, EffectTemplate, Example, ModelFile, ProgramModel};
use super::template::Template;
use super::{FILTERS, PURE};
use crate::lower::prose::Grammar;
use crate::source::shipped_below;

/// What is wrong in a file of models. Shown as `file:line:column: message`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct ModelError {
    /// The file, as it was named.
    pub file: String,
    /// The line, counted from 1; 0 if it is not known.
    pub line: u64,
    /// The column, counted from 1; 0 if it is not known.
    pub column: u64,
    /// What is wrong, and in which model.
    pub message: String,
}

impl Models {
    /// The models that the binary carries.
    ///
    /// # Errors
    /// The first mistake. A test holds the shipped files to none.
    pub fn builtin() -> Result<Self, ModelError> {
        let mut models = Self::load(shipped_below("rules/models/"))?;
        models.prose = Grammar::compile(shipped_below("rules/prose/")).map_err(|error| ModelError {
            file: "rules/prose".to_owned(),
            line: 1,
            column: 1,
            message: error.to_string(),
        })?;
        Ok(models)
    }

    /// The same models, with the words of another grammar for prose.
    #[must_use]
    pub fn with_prose(mut self, grammar: Grammar) -> Self {
        self.prose = grammar;
        self
    }

    /// Models from files: name (for errors) and text.
    ///
    /// # Errors
    /// The first mistake: bad YAML, an unknown key, effect, role, slot, filter or function, a name that two models
    /// claim.
    pub fn load<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Result<Self, ModelError> {
        let mut models = Self::default();
        for (name, text) in files {
            let options = serde_saphyr::options! { with_snippet: false };
            let file: ModelFile = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
                let location = error.location().unwrap_or(Location::UNKNOWN);
                fault(name, location, error.without_snippet().to_string())
            })?;
            Loader { file: name.into(), language: file.language.as_str().into() }.load(file, &mut models)?;
        }
        Ok(models)
    }
}

fn fault(file: &str, location: Location, message: String) -> ModelError {
    // The parser's own sentences end with the place, which is shown already.
    let message = match message.rsplit_once(" at line ") {
        Some((sentence, _)) => sentence.to_owned(),
        None => message,
    };
    ModelError { file: file.to_owned(), line: location.line(), column: location.column(), message }
}

struct Loader {
    file: Arc<str>,
    language: Arc<str>,
}

impl Loader {
    fn load(&self, file: ModelFile, models: &mut Models) -> Result<(), ModelError> {
        let Some(language) = language_index(&self.language) else {
            let message =
                format!("`{}` is no language; there are shell, python, javascript, powershell", self.language);
            return Err(fault(&self.file, Location::UNKNOWN, message));
        };
        for Spanned { value, referenced, .. } in file.programs {
            let names = value.program.clone();
            let title = title(&names, &value.subcommand);
            let at = |message: String| fault(&self.file, referenced, format!("program `{title}`: {message}"));
            let known = self.program(value, referenced).map_err(at)?;
            models.add_program(&names, known).map_err(at)?;
        }
        for Spanned { value, referenced, .. } in file.calls {
            let names = value.call.clone();
            let at =
                |message: String| fault(&self.file, referenced, format!("call `{}`: {message}", title(&names, &[])));
            let known = self.call(value, referenced).map_err(at)?;
            models.add_call(language, &names, known).map_err(at)?;
        }
        for (from, to) in file.aliases {
            let at = |message: String| fault(&self.file, Location::UNKNOWN, format!("alias `{from}`: {message}"));
            models.add_alias(language, &from, &to).map_err(at)?;
        }
        Ok(())
    }

    fn example(&self, example: Example, location: Location) -> Result<KnownExample, String> {
        Ok(KnownExample {
            code: example.code.into(),
            effects: example.effects.iter().map(|text| ExpectedEffect::parse(text)).collect::<Result<_, _>>()?,
            file: self.file.clone(),
            line: location.line(),
            language: self.language.clone(),
        })
    }

    fn program(&self, written: ProgramModel, location: Location) -> Result<KnownProgram, String> {
        let options = OptionTable::compile(&written.options)?;
        let slots = options.slots();
        let scope = Scope { slots: &slots, receiver: false, yields: yields(&written.effects) };
        let effects = written.effects.iter().map(|effect| planned(effect, &scope)).collect::<Result<_, _>>()?;
        Ok(KnownProgram {
            title: title(&written.program, &written.subcommand).into(),
            subcommand: written.subcommand.iter().map(|words| words.split('|').map(str::to_owned).collect()).collect(),
            effects,
            runs: scope.optional(written.runs.as_ref())?,
            filter: listed(written.filter, FILTERS, "filter")?,
            output: scope.optional(written.output.as_ref())?,
            example: self.example(written.example, location)?,
            options,
        })
    }

    fn call(&self, written: CallModel, location: Location) -> Result<KnownCall, String> {
        let mut parameters: Vec<Arc<str>> = written.parameters.iter().map(|name| name.as_str().into()).collect();
        let mut rest = false;
        if let Some(last) = parameters.last_mut()
            && let Some(name) = last.strip_suffix("...")
        {
            *last = name.into();
            rest = true;
        }
        let keywords: Vec<Arc<str>> = written.keywords.iter().map(|name| name.as_str().into()).collect();
        let mut slots = BTreeSet::new();
        for name in parameters.iter().chain(&keywords) {
            if !slots.insert(&**name) && &**name != "_" {
                return Err(format!("the parameter `{name}` is listed twice"));
            }
        }
        let scope = Scope { slots: &slots, receiver: true, yields: yields(&written.effects) };
        let effects = written.effects.iter().map(|effect| planned(effect, &scope)).collect::<Result<_, _>>()?;
        if written.returns.is_some() && written.class.is_some() {
            return Err("has both `returns` and `class`".to_owned());
        }
        if written.class.is_none() && !written.fields.is_empty() {
            return Err("has `fields` but no `class` that keeps them".to_owned());
        }
        let all = |fields: &BTreeMap<String, Argument>| {
            fields
                .iter()
                .map(|(name, argument)| Ok((Arc::from(name.as_str()), scope.template(argument)?)))
                .collect::<Result<BTreeMap<_, _>, String>>()
        };
        Ok(KnownCall {
            title: title(&written.call, &[]).into(),
            form: written.form,
            effects,
            runs: scope.optional(written.runs.as_ref())?,
            returns: scope.optional(written.returns.as_ref())?,
            class: written.class.map(Into::into),
            fields: all(&written.fields)?,
            sets: all(&written.sets)?,
            pure: listed(written.pure, PURE, "pure function")?,
            invokes: scope.optional(written.invokes.as_ref())?,
            invokes_with: scope.optional(written.invokes_with.as_ref())?,
            example: self.example(written.example, location)?,
            rest,
            parameters,
            keywords,
        })
    }
}

fn title(names: &[String], subcommand: &[String]) -> String {
    let words = subcommand.iter().map(|word| word.split('|').next().unwrap_or_default());
    names.first().map(String::as_str).into_iter().chain(words).collect::<Vec<_>>().join(" ")
}

fn yields(effects: &[EffectTemplate]) -> Vec<&str> {
    effects.iter().map(|effect| effect.effect.as_str()).collect()
}

fn listed(name: Option<String>, known: &[&str], what: &str) -> Result<Option<Arc<str>>, String> {
    match name {
        Some(name) if !known.contains(&name.as_str()) => {
            Err(format!("`{name}` is no {what}; there are {}", known.join(", ")))
        }
        name => Ok(name.map(Into::into)),
    }
}

/// What templates of a model may speak of.
struct Scope<'m> {
    slots: &'m BTreeSet<&'m str>,
    receiver: bool,
    yields: Vec<&'m str>,
}

impl Scope<'_> {
    fn optional(&self, argument: Option<&Argument>) -> Result<Option<Template>, String> {
        argument.map(|argument| self.template(argument)).transpose()
    }

    fn template(&self, argument: &Argument) -> Result<Template, String> {
        let template = Template::of(argument)?;
        self.check(&template)?;
        Ok(template)
    }

    fn check(&self, template: &Template) -> Result<(), String> {
        let mut wrong = None;
        template.walk(&mut |part| match part {
            Template::Slot(name) if !self.slots.contains(&**name) => {
                let slots: Vec<_> = self.slots.iter().copied().collect();
                wrong = Some(format!("there is no slot `${name}`; there are {}", slots.join(", ")));
            }
            Template::Receiver | Template::Invoked if !self.receiver => {
                wrong = Some("a program has no `$self` and calls nothing back".to_owned());
            }
            Template::Yield(kind) if !self.yields.contains(&kind.as_str()) => {
                wrong = Some(format!("`${kind}` is used but the model has no effect `{kind}`"));
            }
            _ => {}
        });
        wrong.map_or(Ok(()), Err)
    }

    fn condition(&self, text: &str) -> Result<Condition, String> {
        let condition = Condition::parse(text)?;
        for template in condition.templates() {
            self.check(template)?;
        }
        Ok(condition)
    }
}

fn planned(written: &EffectTemplate, scope: &Scope<'_>) -> Result<PlannedEffect, String> {
    let kind = effect_kind(&written.effect)?;
    let mut with = Vec::new();
    for (role, argument) in &written.with {
        with.push((effect_role(kind, role)?, scope.template(argument)?));
    }
    // In the order of the effect's own roles, so that the main one comes first.
    with.sort_by_key(|(role, _)| kind.roles().iter().position(|own| own == role));
    let mut tags = Vec::new();
    for tag in &written.tags {
        let (tag, condition) = match tag.split_once('?') {
            Some((tag, condition)) => (tag, Some(scope.condition(condition)?)),
            None => (tag.as_str(), None),
        };
        tags.push((tag.into(), condition));
    }
    let when = written.when.iter().map(|text| scope.condition(text)).collect::<Result<_, _>>()?;
    Ok(PlannedEffect { kind, with, when, tags })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn error(text: &str) -> String {
        Models::load([("m.yaml", text)]).unwrap_err().to_string()
    }

    #[test]
    fn mistakes_point_at_their_place() {
        let program = |rest: &str| {
            format!("about: x\nlanguage: shell\nprograms:\n- program: [x]\n  {rest}\n  example: {{ code: x }}\n")
        };
        let call = |rest: &str| {
            format!("about: x\nlanguage: python\ncalls:\n- call: [x]\n  {rest}\n  example: {{ code: x }}\n")
        };
        for (text, parts) in [
            (program("colour: red"), ["m.yaml:5:3: ", "colour"]),
            (
                program("effects: [{ effect: get }]"),
                ["m.yaml:4:3: program `x`: ", "`get` is no effect; there are fetch, send"],
            ),
            (
                program("effects: [{ effect: fetch, with: { path: $1 } }]"),
                ["m.yaml:4:3: ", "no role `path`; it has url, method"],
            ),
            (program("effects: [{ effect: fetch, with: { url: $url } }]"), ["m.yaml:4:3: ", "no slot `$url`"]),
            (program("effects: [{ effect: fetch, when: [url] }]"), ["m.yaml:4:3: ", "no slot `$url`"]),
            (program("output: $fetch"), ["m.yaml:4:3: ", "the model has no effect `fetch`"]),
            (program("output: file($1"), ["m.yaml:4:3: ", "`)` should stand here"]),
            (program("output: $self.x"), ["m.yaml:4:3: ", "a program has no `$self`"]),
            (program("options: { syntax: bsd }"), ["m.yaml:4:3: ", "no option syntax"]),
            (program("filter: upper-case"), ["m.yaml:4:3: ", "no filter"]),
            (call("pure: explode"), ["m.yaml:4:3: call `x`: ", "no pure function"]),
            (call("fields: { a: $1 }"), ["m.yaml:4:3: ", "no `class`"]),
            (call("parameters: [a, a]"), ["m.yaml:4:3: ", "listed twice"]),
            ("about: x\nlanguage: cobol\n".to_owned(), ["m.yaml:0:0: ", "`cobol` is no language"]),
            ("about: x\nlanguage: python\ncalls:\n- call: [x]\n".to_owned(), ["m.yaml:4:3: ", "example"]),
            ("about: [x\n".to_owned(), ["m.yaml:", ""]),
        ] {
            let error = error(&text);
            assert!(parts.iter().all(|part| error.contains(part)), "{text}\n{error}");
        }
    }

    #[test]
    fn two_models_of_one_name_are_a_mistake() {
        let twice = "about: x\nlanguage: python\ncalls:\n- { call: [x.y], example: { code: x } }\n- { call: [x.y], example: { code: x } }\n";
        assert!(error(twice).contains("m.yaml:5:3: call `x.y`: `x.y` has a model already"), "{}", error(twice));
        let programs = "about: x\nlanguage: shell\nprograms:\n- { program: [a], subcommand: [b|c], example: { code: x } }\n- { program: [a], subcommand: [c], example: { code: x } }\n";
        assert!(error(programs).contains("has a model already"), "{}", error(programs));
    }

    #[test]
    #[ignore = "a measurement: prints how long the shipped models take to load"]
    fn loading_time() {
        let start = std::time::Instant::now();
        let models = Models::builtin().unwrap();
        println!("{:?} for {} names", start.elapsed(), models.programs().count() + models.calls().count());
    }

    #[test]
    fn the_shipped_models_load() {
        // One by one first, so that each file tells of its own first mistake.
        let files = shipped_below("rules/models/");
        let errors: Vec<_> =
            files.filter_map(|file| Models::load([file]).err()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "\n{}", errors.join("\n"));
        assert_eq!(Models::builtin().err(), None);
    }
}
