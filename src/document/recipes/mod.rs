//! Shell inside files of build tools: recipes of makefiles and justfiles, instructions of container files.

mod container;
mod just;
mod make;
mod settings;

use super::{DocumentId, Documents, Language, Relation};
use crate::finding::{Reach, Stance};
use crate::source::{Span, SpanMapBuilder};

/// A command in a text: the pieces that it is made of, and how it is reached where that is not as its file is.
struct Found {
    pieces: Vec<Span>,
    /// Whether the pieces are words, and not parts of one text.
    are_words: bool,
    language: Language,
    reach: Option<Reach>,
}

impl Found {
    fn shell(pieces: Vec<Span>) -> Self {
        Self { pieces, are_words: false, language: Language::Shell, reach: None }
    }
}

/// Adds the commands of a build file or of the settings of a tool, if `host` is one.
pub(super) fn add(documents: &mut Documents, host: DocumentId) {
    let path = documents.file_of(host).path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let text = documents.get(host).text.clone();
    let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
    let found = if matches!(name, "makefile" | "gnumakefile" | "bsdmakefile") || extension == "mk" {
        make::commands(&text)
    } else if matches!(name, "justfile" | ".justfile") || extension == "just" {
        just::commands(&text)
    } else if ["dockerfile", "containerfile"].iter().any(|kind| name.starts_with(kind) || name.ends_with(kind)) {
        container::commands(&text)
    } else {
        settings::commands(&path, &text)
    };
    for Found { pieces, are_words, language, reach } in found {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { continue };
        let mut builder = SpanMapBuilder::default();
        let mut joined = String::new();
        for piece in &pieces {
            if are_words && !joined.is_empty() {
                joined.push(' ');
                builder.computed(1, *piece);
            }
            joined.push_str(piece.slice(&text));
            builder.exact(*piece);
        }
        if joined.trim().is_empty() {
            continue;
        }
        let (whole, relation) = (first.cover(*last), Relation::CommandString);
        let id = documents.add_embedded(host, whole, relation, language, joined.into(), &builder.finish());
        let child = documents.get_mut(id);
        child.stance = Stance::Does;
        child.reach = reach.unwrap_or(child.reach);
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
            ("Makefile", "V := $(shell id -u)\nW != date\nall: ; ls -l\n", vec!["id -u", "date\n", "ls -l\n"]),
            (
                "Dockerfile",
                "FROM x\nRUN --mount=type=cache apt-get update \\\n # c\n  && ls\nCMD a\nrun ls\n",
                vec!["apt-get update \\\n  && ls\n", "a\n", "ls\n"],
            ),
            (
                "Dockerfile",
                "FROM x\nENTRYPOINT [\"sh\", \"-c\", \"ls\"]\nHEALTHCHECK --interval=5s CMD ls /\nRUN <<EOF\nid\nEOF\n",
                vec!["\"sh\" \"-c\" \"ls\"", "ls /\n", "id\n"],
            ),
            (
                "Justfile",
                "set shell := ['bash']\nv := `id -u`\n\na x='1': b\n    @ls\n    id\n\nb:\n  date\n",
                vec!["id -u", "ls\nid\n", "date\n"],
            ),
        ] {
            let documents = Documents::of_text(path, text);
            let found: Vec<&str> = documents.all()[1..].iter().map(|child| &*child.text).collect();
            assert_eq!(found, expected, "{path}");
            assert!(documents.all()[1..].iter().all(|child| child.language == Language::Shell));
        }
    }

    #[test]
    fn a_recipe_may_be_a_script_of_another_language() {
        let documents = Documents::of_text("justfile", "a:\n    #!/usr/bin/env python3\n    import os\n");
        assert_eq!(documents.all()[1].language, Language::Python);
        assert_eq!(&*documents.all()[1].text, "#!/usr/bin/env python3\nimport os\n");
    }
}
