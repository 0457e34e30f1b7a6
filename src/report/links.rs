use std::collections::BTreeSet;

use crate::finding::Link;

/// A link in words, not yet made printable. Document and effect numbers mean nothing to a reader.
fn link_words(link: &Link) -> String {
    match link {
        Link::Value(_) => "the same value".to_owned(),
        Link::Path(path) => format!("path '{path}'"),
        Link::Host(host) => format!("host '{host}'"),
        Link::Url(url) => format!("URL '{url}'"),
        Link::Chain(_) => "the same execution chain".to_owned(),
        Link::Section(..) => "the same section".to_owned(),
    }
}

/// Links in words, each once.
#[must_use]
pub(super) fn links_in_words(links: &BTreeSet<Link>) -> String {
    let words: BTreeSet<String> = links.iter().map(link_words).collect();
    words.into_iter().collect::<Vec<_>>().join(", ")
}
