//! Notebooks: the cells of `.ipynb` files (nbformat 4, and 3 with its worksheets).

use super::manifest::{Node, Value, text_map};
use super::{DocumentId, Documents, Language, Relation, detect};
use crate::finding::Stance;
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Adds the cells of the notebook `root` as documents.
pub(super) fn add(documents: &mut Documents, host: DocumentId, root: &Node) {
    let text = documents.get(host).text.clone();
    let kernel = root.at(&["metadata", "kernelspec", "language"]).or(root.at(&["metadata", "language_info", "name"]));
    let language = match detect::of_tag(kernel.and_then(Node::as_text).unwrap_or("python")) {
        detect::Tag::Known(language) => language,
        _ => Language::OtherCode,
    };
    let sheets =
        root.get("worksheets").map(Node::items).unwrap_or_default().iter().filter_map(|sheet| sheet.get("cells"));
    for (at, cell) in root.get("cells").into_iter().chain(sheets).flat_map(Node::items).enumerate() {
        let Some(source) = cell.get("source").or(cell.get("input")) else { continue };
        let mut builder = SpanMapBuilder::default();
        let mut joined = String::new();
        let lines: Vec<&Node> = match &source.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![source],
        };
        for line in lines {
            let Some(value) = line.as_text() else { continue };
            joined.push_str(value);
            text_map(line, &text).append_to(&mut builder);
        }
        if joined.trim().is_empty() {
            continue;
        }
        let map = builder.finish();
        let kind = cell.get("cell_type").and_then(Node::as_text).unwrap_or("code");
        let language = match kind {
            "code" => of_magic(&joined).unwrap_or(language),
            "markdown" => Language::Markdown,
            _ => Language::Text,
        };
        let relation = || Relation::ManifestValue(format!("cells[{at}].source"));
        let stance = if language.is_code() { Stance::Does } else { Stance::Instructs };
        let commands = if language == Language::Python { shell_lines(&joined) } else { Vec::new() };
        let joined = without(&joined, &commands);
        for (_, command) in commands {
            let (shell, piece) = (Language::Shell, SpanMap::shifted(command.start as usize, command.len()));
            let part: std::sync::Arc<str> = command.slice(&joined.0).into();
            let id = documents.add_embedded(host, source.span, relation(), shell, part, &piece.through(&map));
            documents.get_mut(id).stance = stance;
        }
        let id = documents.add_embedded(host, source.span, relation(), language, joined.1.into(), &map);
        documents.get_mut(id).stance = stance;
        documents.structure(id);
    }
}

/// The language of a cell whose first line says it.
fn of_magic(cell: &str) -> Option<Language> {
    let word = cell.trim_start().strip_prefix("%%")?.split_whitespace().next()?;
    Some(match word {
        "bash" | "sh" | "system" | "sx" | "!" => Language::Shell,
        "script" => {
            return detect::of_shebang(&format!("#!{}", cell.trim_start().strip_prefix("%%script")?.trim_start()));
        }
        "javascript" | "js" => Language::JavaScript,
        "html" | "svg" => Language::Html,
        "markdown" => Language::Markdown,
        _ => return None,
    })
}

/// Lines of a Python cell that a shell runs: `!ls`, `x = !ls`, `%sx ls`, `%system ls`, `%pip install x`. The place of
/// the line without its indentation, and that of the command.
fn shell_lines(cell: &str) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in cell.split_inclusive('\n') {
        let body = line.trim_start();
        let start = at + (line.len() - body.len());
        let end = at + line.trim_end_matches(['\n', '\r']).len();
        at += line.len();
        let magic = ["%sx ", "%system ", "!"].into_iter().find(|mark| body.starts_with(mark)).map(str::len);
        let installs = ["%pip ", "%conda "].into_iter().any(|mark| body.starts_with(mark)).then_some(1);
        let assigned = || {
            let (name, rest) = body.split_once('=')?;
            let is_name = name.trim().chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ',' | ' '));
            let skip = rest.len() - rest.trim_start().len();
            (is_name && rest.trim_start().starts_with('!')).then(|| name.len() + 1 + skip + 1)
        };
        if let Some(skip) = magic.or(installs).or_else(assigned)
            && start + skip < end
        {
            found.push((Span::new(start, end), Span::new(start + skip, end)));
        }
    }
    found
}

/// The cell as it is, and with blanks in place of its shell lines, which are no Python: of the same length, so that
/// places stay.
fn without(cell: &str, commands: &[(Span, Span)]) -> (String, String) {
    let mut rest = cell.to_owned();
    for (line, _) in commands {
        let (start, end) = (line.start as usize, line.end as usize);
        let blank = format!("pass{}", " ".repeat((end - start).saturating_sub(4)));
        if end - start >= 4 {
            rest.replace_range(start..end, &blank);
        }
    }
    (cell.to_owned(), rest)
}
