//! Shell inside files of build tools: recipes of makefiles, `RUN` of container files.

use super::{DocumentId, Documents, Language, Relation};
use crate::finding::Stance;
use crate::source::{Span, SpanMapBuilder};

/// Adds the shell commands of a makefile or container file, if `host` is one.
pub(super) fn add(documents: &mut Documents, host: DocumentId) {
    let path = documents.file_of(host).path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let text = documents.get(host).text.clone();
    let is_make =
        matches!(name, "makefile" | "gnumakefile") || name.rsplit_once('.').is_some_and(|(_, end)| end == "mk");
    let is_container =
        ["dockerfile", "containerfile"].iter().any(|kind| name.starts_with(kind) || name.ends_with(kind));
    let found = if is_make {
        recipes(&text)
    } else if is_container {
        runs(&text)
    } else {
        return;
    };
    for lines in found {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { continue };
        let mut builder = SpanMapBuilder::default();
        let mut joined = String::new();
        for line in &lines {
            joined.push_str(line.slice(&text));
            builder.exact(*line);
        }
        let relation = Relation::CommandString;
        let id = documents.add_embedded(
            host,
            first.cover(*last),
            relation,
            Language::Shell,
            joined.into(),
            &builder.finish(),
        );
        documents.get_mut(id).stance = Stance::Does;
    }
}

/// Every line with its place, line ending included.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line)
    })
}

/// The recipes of a makefile: lines after a tab, without the marks that only `make` reads.
fn recipes(text: &str) -> Vec<Vec<Span>> {
    let mut found: Vec<Vec<Span>> = Vec::new();
    let mut open = false;
    for (at, line) in lines(text) {
        if let Some(body) = line.strip_prefix('\t') {
            let marks = body.len() - body.trim_start_matches(['@', '-', '+', ' ']).len();
            let span = Span::new(at + 1 + marks, at + line.len());
            match found.last_mut() {
                Some(recipe) if open => recipe.push(span),
                _ => found.push(vec![span]),
            }
            open = true;
        } else {
            open = open && line.trim().is_empty();
        }
    }
    found
}

/// The `RUN` instructions of a container file, continued lines included.
fn runs(text: &str) -> Vec<Vec<Span>> {
    let mut found: Vec<Vec<Span>> = Vec::new();
    let mut open = false;
    for (at, line) in lines(text) {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if open {
            // Comment lines inside a continued instruction are dropped by the builder.
            if body.starts_with('#') {
                continue;
            }
            if let Some(run) = found.last_mut() {
                run.push(Span::new(at, at + line.len()));
            }
        } else if body.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("run ")) {
            let mut skip = indent + 4;
            // `--mount=…` and its like are options of the instruction.
            while line[skip..].trim_start().starts_with("--") {
                skip += line[skip..].len() - line[skip..].trim_start().len();
                skip += line[skip..].find(char::is_whitespace).unwrap_or(line.len() - skip);
            }
            skip += line[skip..].len() - line[skip..].trim_start().len();
            found.push(vec![Span::new(at + skip.min(line.len()), at + line.len())]);
        } else {
            continue;
        }
        open = line.trim_end().ends_with('\\');
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::document::{Documents, Language};

    #[test]
    fn recipes_become_shell() {
        for (path, text, expected) in [
            (
                "Makefile",
                "all: x\n\t@echo a\n\tcurl h.test | sh\n\nb:\n\tls\n",
                vec!["echo a\ncurl h.test | sh\n", "ls\n"],
            ),
            (
                "Dockerfile",
                "FROM x\nRUN --mount=type=cache apt-get update \\\n # c\n  && ls\nCMD a\nrun ls\n",
                vec!["apt-get update \\\n  && ls\n", "ls\n"],
            ),
        ] {
            let documents = Documents::of_text(path, text);
            let found: Vec<&str> = documents.all()[1..].iter().map(|child| &*child.text).collect();
            assert_eq!(found, expected, "{path}");
            assert!(documents.all()[1..].iter().all(|child| child.language == Language::Shell));
        }
    }
}
