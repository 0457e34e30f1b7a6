//! Notebooks: the cells of `.ipynb` files (nbformat 4, and 3 with its worksheets).

use super::manifest::{Node, Value, text_map};
use super::{DocumentId, Documents, Language, Relation, detect};
use crate::finding::Stance;
use crate::source::SpanMapBuilder;

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
        let kind = cell.get("cell_type").and_then(Node::as_text).unwrap_or("code");
        let language = match kind {
            "code" if joined.starts_with("%%bash") || joined.starts_with("%%sh") => Language::Shell,
            "code" if joined.starts_with("%%javascript") || joined.starts_with("%%js") => Language::JavaScript,
            "code" => language,
            "markdown" => Language::Markdown,
            _ => Language::Text,
        };
        let relation = Relation::ManifestValue(format!("cells[{at}].source"));
        let id = documents.add_embedded(host, source.span, relation, language, joined.into(), &builder.finish());
        documents.get_mut(id).stance = if language.is_code() { Stance::Does } else { Stance::Instructs };
        documents.structure(id);
    }
}
