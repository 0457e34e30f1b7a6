//! Whether a skill or plugin calls itself the same everywhere: by its folder, in its front matter, in its manifests.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::manifest::{Node, Oddity, OddityKind};
use super::{Documents, Relation};
use crate::source::Span;

/// What disagrees: names with the folder of the skill, versions with that of another manifest of the same root, and two
/// skills of one name with each other. The outermost folder is the user's, and may be called anything.
pub(super) fn oddities(documents: &Documents) -> Vec<Oddity> {
    let mut found = Vec::new();
    let mut versions: BTreeMap<String, String> = BTreeMap::new();
    let mut texts: BTreeMap<String, Arc<str>> = BTreeMap::new();
    for document in documents.all() {
        let Some(root) = &document.manifest else { continue };
        let path = &*documents.file_of(document.id).path;
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let is_front_matter = document.holder.as_ref().is_some_and(|holder| holder.relation == Relation::FrontMatter);
        let is_skill = is_front_matter && file.eq_ignore_ascii_case("skill.md");
        let mut odd = |span: Span| {
            found.push(Oddity { document: document.id, kind: OddityKind::IdentityDiffers, span });
        };
        if is_skill
            && let Some(name) = root.get("name")
            && let Some(own) = folder.rsplit('/').next().filter(|own| !own.is_empty())
            && name.as_text().is_some_and(|text| plain(text) != plain(own))
        {
            odd(name.span);
        }
        // Copies for several hosts are the same text; where they are not, each host runs another skill.
        if is_skill
            && let Some(name) = root.get("name")
            && let Some(text) = name.as_text()
        {
            let own = &documents.file_of(document.id).text;
            if texts.entry(plain(text)).or_insert_with(|| own.clone()) != own {
                odd(name.span);
            }
        }
        let is_manifest = document.holder.is_none() && matches!(file, "plugin.json" | "package.json");
        if !(is_skill || is_manifest) {
            continue;
        }
        let owner = folder.strip_suffix(".claude-plugin").unwrap_or(folder).trim_end_matches('/');
        let version: Option<&Node> = root.get("version").or_else(|| root.at(&["metadata", "version"]));
        if let Some(version) = version
            && let Some(text) = version.as_text()
            && versions.entry(owner.to_owned()).or_insert_with(|| text.to_owned()) != text
        {
            odd(version.span);
        }
    }
    found
}

/// A name without what only looks different.
fn plain(name: &str) -> String {
    name.trim().chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(files: &[(&str, &str)]) -> Vec<String> {
        let documents = Documents::of_texts(files);
        let texts = documents.oddities.iter().filter(|odd| odd.kind == OddityKind::IdentityDiffers);
        texts.map(|odd| odd.span.slice(&documents.get(odd.document).text).to_owned()).collect()
    }

    #[test]
    fn names_and_versions_agree_or_are_told() {
        let skill = "---\nname: count-words\ndescription: Counts.\nversion: 1.0.0\n---\n# A\n";
        assert_eq!(seen(&[("skills/notes/SKILL.md", skill)]), ["count-words"]);
        assert_eq!(seen(&[("skills/Count_Words/SKILL.md", skill)]), [""; 0]);
        assert_eq!(seen(&[("SKILL.md", skill)]), [""; 0]);
        assert_eq!(
            seen(&[(".claude-plugin/plugin.json", r#"{"name": "a", "version": "2.0.0"}"#), ("SKILL.md", skill)]),
            ["1.0.0"]
        );
        let other = format!("{skill}Count twice.\n");
        assert_eq!(seen(&[("a/count-words/SKILL.md", skill), ("b/count-words/SKILL.md", skill)]), [""; 0]);
        assert_eq!(seen(&[("a/count-words/SKILL.md", skill), ("b/count-words/SKILL.md", &other)]), ["count-words"]);
        assert_eq!(seen(&[("a/package.json", r#"{"version": "2.0.0"}"#), ("SKILL.md", skill)]), [""; 0]);
    }
}
