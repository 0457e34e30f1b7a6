//! What all targets hold: the whole pipeline ends on any bytes, without a panic, and every place that it names lies
//! inside the file that it names.

use std::sync::OnceLock;

use skillscan::Scanner;
use skillscan::bundle::{Bundle, Limits};
use skillscan::flow::{Budget, Models};
use skillscan::policy::{Config, Date, Policy};
use skillscan::rules::Ruleset;

fn scanner() -> &'static Scanner {
    static SCANNER: OnceLock<Scanner> = OnceLock::new();
    SCANNER.get_or_init(|| Scanner {
        models: Models::builtin().unwrap(),
        rules: Ruleset::built_in().unwrap(),
        policy: Policy::new(Config::default(), None, None, None, Date::today()),
        limits: Limits::default(),
        budget: Budget::default(),
    })
}

/// Analyses a bundle of these files.
///
/// # Panics
/// When the scanner fails on it, or names a place that is not there.
pub fn scan(files: &[(&str, &[u8])]) {
    let files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    let bundle = Bundle::of_files("fuzz", files, Vec::new());
    let analysis = scanner().analyse_bundle(&bundle);
    // A panic of a stage becomes a notice there; here it is a find.
    assert!(analysis.notices.is_empty(), "{:?}", analysis.notices);
    for effect in analysis.graph.effects() {
        let document = analysis.documents.get(effect.place.document);
        assert!(effect.place.span.end as usize <= document.text.len(), "{:?}", effect.place);
        let located = analysis.documents.locate(effect.place.document, effect.place.span);
        let root = analysis.documents.all().iter().find(|other| {
            other.holder.is_none() && analysis.documents.file_of(other.id).path == located.path
        });
        if let Some(root) = root {
            let span = located.region.span;
            assert!(span.end as usize <= root.text.len() && root.text.is_char_boundary(span.start as usize), "{span:?}");
        }
    }
}

/// A skill that runs a script of this name and content.
pub fn script(name: &str, content: &[u8]) {
    let skill = format!("# Fuzz\n\nRun `scripts/{name}`.\n");
    scan(&[("SKILL.md", skill.as_bytes()), (&format!("scripts/{name}"), content)]);
}
