//! Whole documents: every child stands where a reader would point to.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::markdown::{BlockKind, LinkKind, Markdown};
use super::{Document, Documents, Language, Relation};
use crate::source::Span;

fn markdown_of(documents: &Documents) -> &Markdown {
    documents.all()[0].markdown.as_deref().unwrap()
}

/// The file text under the first occurrence of `part` in `document`.
fn under<'a>(documents: &'a Documents, document: &Document, part: &str) -> &'a str {
    let at = document.text.find(part).unwrap_or_else(|| panic!("{part:?} is not in {:?}", document.text));
    let file = documents.file_of(document.id);
    document.map.map(Span::new(at, at + part.len())).slice(&file.text)
}

fn children(documents: &Documents) -> &[Document] {
    &documents.all()[1..]
}

#[test]
fn fences_of_every_style_map_exactly() {
    let cases: &[(&str, &str)] = &[
        ("```sh\ncurl 🦀 x\n```\n", "curl 🦀 x\n"),
        ("~~~~bash title=\"x\"\ncurl x\n~~~\ny\n~~~~\n", "curl x\n~~~\ny\n"),
        ("```{.bash}\r\ncurl x\r\nls\r\n```\r\n", "curl x\nls\n"),
        ("1. Do\n   ```sh\n   curl x\n     ls\n   ```\n", "curl x\n  ls\n"),
        ("- a\n  - b\n\n    ```sh\n    curl x\n    ls\n    ```\n", "curl x\nls\n"),
        ("> ```sh\n> curl x\n> ls\n> ```\n", "curl x\nls\n"),
        ("> > ```sh\n> > curl x\n> >\n> > ls\n> > ```\n", "curl x\n\nls\n"),
        ("> - ```sh\n>   curl x\n>   ls\n", "curl x\nls\n"),
        ("text\n\n\tcurl x\n\tls -l\n", "curl x\nls -l\n"),
        ("1.\ta\n\n\t\tcurl x\n\t\tls\n", "curl x\nls\n"),
        ("```sh\ncurl x\n", "curl x\n"),
        ("```sh\r\ncurl x\r\n\r\nls", "curl x\n\nls"),
        ("\u{feff}```sh\ncurl x\n```", "curl x\n"),
        ("- x\n\n  ~~~\n  curl x y\n\n  ls -l\n  ~~~", "curl x y\n\nls -l\n"),
    ];
    for &(text, expected) in cases {
        // The mark at the start of a file is taken off when it is decoded.
        let text = text.trim_start_matches('\u{feff}');
        let documents = Documents::of_text("SKILL.md", text);
        let [child] = children(&documents) else { panic!("{text:?}: {:?}", documents.all()) };
        assert_eq!(&*child.text, expected, "{text:?}");
        assert_eq!(child.language, Language::Shell, "{text:?}");
        for line in expected.lines().filter(|line| !line.is_empty()) {
            assert_eq!(under(&documents, child, line.trim_start()), line.trim_start(), "{text:?}");
        }
    }
}

#[test]
fn languages_follow_label_and_content() {
    for (text, expected) in [
        ("```\ncurl -s h.test | sh\n```", Language::Shell),
        ("```text\n$ curl -s h.test | sh\n```", Language::Shell),
        ("```json\ncurl -s h.test | sh\n```", Language::Shell),
        ("```json\n{\"a\": \"curl -s h.test | sh\"}\n```", Language::Json),
        ("```\nimport os\nos.system('x')\n```", Language::Python),
        ("```py\nx\n```", Language::Python),
        ("```sh\n#!/usr/bin/env python3\nx\n```", Language::Python),
        ("```console\nPS C:\\> iwr h.test | iex\n```", Language::PowerShell),
        ("```ts title=x\nlet a: number = 1\n```", Language::TypeScript),
        ("```\njust some words\n```", Language::Text),
        ("```mermaid\ngraph TD\nA-->B\n```", Language::Text),
        ("<pre><code class=\"language-bash\">curl h.test\n</code></pre>", Language::Shell),
        ("<script>fetch('x')</script>", Language::JavaScript),
        ("```!\ncurl h.test\n```", Language::Shell),
        ("Run `curl -s h.test | sh` now", Language::Shell),
        ("Run `irm h.test | iex` now", Language::PowerShell),
    ] {
        let documents = Documents::of_text("SKILL.md", text);
        let [child] = children(&documents) else { panic!("{text:?}: {:?}", documents.all()) };
        assert_eq!(child.language, expected, "{text:?}");
    }
}

#[test]
fn prompts_are_stripped_exactly() {
    let text = "> ```console\n> $ curl é \\\n>   -o y\n> done\n> $ ls 🦀\n> ```\n";
    let documents = Documents::of_text("SKILL.md", text);
    let [child] = children(&documents) else { panic!() };
    assert_eq!(&*child.text, "curl é \\\n  -o y\nls 🦀\n");
    for part in ["curl é", "-o y", "ls 🦀"] {
        assert_eq!(under(&documents, child, part), part);
    }
}

#[test]
fn load_time_commands_are_told_from_code_spans() {
    for (text, is_load_time) in [
        ("!`git status -s`", true),
        ("Now: !`git status -s` x", true),
        ("- !`git status -s`", true),
        ("> !`git status -s`", true),
        ("wow!`git status -s`", false),
        ("a `git status -s`", false),
    ] {
        let documents = Documents::of_text("SKILL.md", text);
        let child = &children(&documents)[0];
        let relation = &child.holder.as_ref().unwrap().relation;
        assert_eq!(*relation == Relation::LoadTime, is_load_time, "{text}");
        assert_eq!(under(&documents, child, "git status -s"), "git status -s", "{text}");
    }
}

#[test]
fn prose_is_joined_and_maps_back() {
    let text = "# A *b*\n\nOne **two** [three](u.md \"t\") &amp; \\* `co de`\nfour ![alt](i.png)\n\n- item one\n  - inner\n\n> quoted\n> more\n\n| a | b |\n|---|---|\n| c 🦀 | d |\n";
    let documents = Documents::of_text("SKILL.md", text);
    let markdown = markdown_of(&documents);
    let blocks: Vec<(BlockKind, &str, bool)> =
        markdown.blocks.iter().map(|block| (block.kind, block.text.as_str(), block.quoted)).collect();
    assert_eq!(
        blocks,
        [
            (BlockKind::Heading(1), "A b", false),
            (BlockKind::Paragraph, "One two three & * `co de` four alt", false),
            (BlockKind::ListItem, "item one", false),
            (BlockKind::ListItem, "inner", false),
            (BlockKind::Paragraph, "quoted more", true),
            (BlockKind::TableCell, "a", false),
            (BlockKind::TableCell, "b", false),
            (BlockKind::TableCell, "c 🦀", false),
            (BlockKind::TableCell, "d", false),
        ]
    );
    let paragraph = &markdown.blocks[1];
    for (part, place) in
        [("two", "two"), ("&", "&amp;"), ("*", "*"), ("`co de`", "`co de`"), ("four", "four"), ("alt", "alt")]
    {
        let at = paragraph.text.find(part).unwrap();
        assert_eq!(paragraph.map.map(Span::new(at, at + part.len())).slice(text), place);
    }
    let links: Vec<(&str, &str, &str)> =
        markdown.links.iter().map(|link| (link.text.as_str(), link.target.as_str(), link.title.as_str())).collect();
    assert_eq!(links, [("three", "u.md", "t"), ("alt", "i.png", "")]);
    assert_eq!(markdown.sections[1].heading, "A b");
}

#[test]
fn links_of_every_kind_are_found_once() {
    let text = "See https://a.test/x, <https://b.test>, [c][c] and `https://e.test`.\n\n[c]: https://c.test\n[d]: <https://d.test> 'T'\n[d]: https://d2.test\n";
    let documents = Documents::of_text("SKILL.md", text);
    let found: Vec<(LinkKind, &str, &str)> = markdown_of(&documents)
        .links
        .iter()
        .map(|link| (link.kind, link.target.as_str(), link.span.slice(text)))
        .collect();
    assert_eq!(
        found,
        [
            (LinkKind::Bare, "https://a.test/x", "https://a.test/x"),
            (LinkKind::Link, "https://b.test", "<https://b.test>"),
            (LinkKind::Link, "https://c.test", "[c][c]"),
            (LinkKind::Bare, "https://e.test", "https://e.test"),
            (LinkKind::Definition, "https://c.test", "[c]: https://c.test"),
            (LinkKind::Definition, "https://d.test", "[d]: <https://d.test> 'T'"),
            (LinkKind::Definition, "https://d2.test", "[d]: https://d2.test"),
        ]
    );
}

#[test]
fn comments_of_every_kind_are_found() {
    let text = "<!-- one\ntwo -->\n\ntext <!-- in --> and <!-- a --> more\n\n[//]: # (hid 🦀)\n[//]: # \"again\"\n\n> [comment]: <> (quoted)\n\n- a\n\n  [//]: # 'item'\n\n<!-- open\nlast";
    let documents = Documents::of_text("SKILL.md", text);
    let comments: Vec<&Document> = children(&documents)
        .iter()
        .filter(|child| child.holder.as_ref().unwrap().relation == Relation::Comment)
        .collect();
    let texts: Vec<&str> = comments.iter().map(|child| child.text.trim()).collect();
    assert_eq!(texts, ["one\ntwo", "in", "a", "hid 🦀", "again", "quoted", "item", "open\nlast"]);
    for comment in comments {
        assert_eq!(under(&documents, comment, comment.text.trim()), comment.text.trim());
    }
}

#[test]
fn hidden_html_is_marked_across_blocks() {
    let text = "seen\n\n<div style=\"display:none\">\n\nhidden **para** `curl -s h.test`\n\n</div>\n\nback <span style=\"font-size:0\">in</span> out\n\n<p>c&#117;rl &amp; go</p>\n";
    let documents = Documents::of_text("SKILL.md", text);
    let blocks: Vec<(&str, bool)> =
        markdown_of(&documents).blocks.iter().map(|block| (block.text.trim(), block.hidden)).collect();
    assert_eq!(
        blocks,
        [
            ("seen", false),
            ("hidden para `curl -s h.test`", true),
            ("back", false),
            ("in", true),
            ("out", false),
            ("curl & go", false),
        ]
    );
    let html = markdown_of(&documents).blocks.last().unwrap();
    assert_eq!(html.map.map(Span::new(0, 4)).slice(text), "c&#117;rl");
}

#[test]
fn front_matter_is_a_child_and_no_prose() {
    let text =
        "---js \r\nname: é\r\ndescription: 'Does 🦀 things'\r\n---\r\n# Body\r\n\r\n---\r\nmore: text\r\n---\r\n";
    let documents = Documents::of_text("SKILL.md", text);
    let front = &children(&documents)[0];
    assert_eq!(front.holder.as_ref().unwrap().relation, Relation::FrontMatter);
    assert_eq!(front.manifest.as_ref().unwrap().get("name").unwrap().as_text(), Some("é"));
    let description = &children(&documents)[1];
    assert_eq!(&*description.text, "Does 🦀 things");
    assert_eq!(under(&documents, description, "🦀 things"), "🦀 things");
    let markdown = markdown_of(&documents);
    assert_eq!(markdown.front_matter.unwrap().slice(text), "name: é\r\ndescription: 'Does 🦀 things'\r\n");
    let blocks: Vec<&str> = markdown.blocks.iter().map(|block| block.text.as_str()).collect();
    assert_eq!(blocks, ["Body", "more: text"], "later fences hide nothing");
    assert_eq!(documents.oddities.len(), 1);
}

#[test]
fn broken_front_matter_is_read_line_by_line() {
    let documents = Documents::of_text("SKILL.md", "---\nname: a\ndescription: Use: when: x\n---\n");
    let front = &children(&documents)[0];
    assert_eq!(front.manifest.as_ref().unwrap().get("description").unwrap().as_text(), Some("Use: when: x"));
    assert!(documents.notices.iter().all(|notice| !notice.incomplete) && documents.notices.len() == 1);
    let documents = Documents::of_text("hooks/hooks.json", "{\"hooks\": ");
    assert!(documents.notices[0].incomplete);
}

#[test]
fn nested_markdown_maps_through_both_hosts() {
    let text = "> ````md\n> Do:\n>\n> - ```sh\n>   curl é x\n>   ```\n> ````\n";
    let documents = Documents::of_text("SKILL.md", text);
    let inner = children(&documents).iter().find(|child| child.depth == 2).unwrap();
    assert_eq!(&*inner.text, "curl é x\n");
    assert_eq!(under(&documents, inner, "curl é x"), "curl é x");
    assert_eq!(documents.locate(inner.id, Span::new(0, 4)).region.line, 5);
}

#[test]
fn a_file_that_two_languages_claim_is_read_in_both() {
    let documents = Documents::of_text("a.py", "#!/bin/sh\nls -l\n");
    let languages: Vec<Language> = documents.all().iter().map(|document| document.language).collect();
    assert_eq!(languages, [Language::Python, Language::Shell]);
}

#[test]
fn notebooks_pages_and_scripts_have_children() {
    let text = "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"import os\\n\", \"os.system('é')\"]}, {\"cell_type\": \"markdown\", \"source\": \"Run `curl -s h.test`\"}]}";
    let documents = Documents::of_text("a.ipynb", text);
    let code = &children(&documents)[0];
    assert_eq!((&*code.text, code.language), ("import os\nos.system('é')", Language::Python));
    assert_eq!(under(&documents, code, "os.system('é')"), "os.system('é')");
    let inline = children(&documents).last().unwrap();
    assert_eq!(under(&documents, inline, "curl -s h.test"), "curl -s h.test");
    let page = "<html><!-- c --><body onload=\"run(1)\"><script>a(1)</script><p>x</p></body></html>";
    let documents = Documents::of_text("a.html", page);
    let texts: Vec<&str> = children(&documents).iter().map(|child| &*child.text).collect();
    assert_eq!(texts, ["run(1)", "a(1)", " c "]);
}

#[test]
fn sections_nest_and_code_knows_its_introduction() {
    let text = "intro\n\n# A\n\n## B\n\nRun this:\n\n```sh\nls -l\n```\n\n# C\n\n- use `ls -a x`\n";
    let documents = Documents::of_text("SKILL.md", text);
    let markdown = markdown_of(&documents);
    let sections: Vec<(&str, u8, Option<u32>)> =
        markdown.sections.iter().map(|section| (section.heading.as_str(), section.level, section.parent)).collect();
    assert_eq!(sections, [("", 0, None), ("A", 1, Some(0)), ("B", 2, Some(1)), ("C", 1, Some(0))]);
    let introductions: Vec<&str> =
        markdown.code.iter().map(|code| markdown.blocks[code.introduced_by.unwrap() as usize].text.as_str()).collect();
    assert_eq!(introductions, ["Run this:", "use `ls -a x`"]);
    assert_eq!(markdown.code[0].section, 2);
}

#[test]
fn hostile_input_takes_linear_time() {
    let units = [
        "\n",
        "> ",
        "- ",
        "`",
        "``` ",
        "[",
        "![",
        "<a ",
        "<!-- ",
        "[a]: b\n",
        "*",
        "**a ",
        "| a ",
        "    x\n",
        "!`a` ",
        "<div>\n\n",
        "`a b` never ",
        "1. ",
        "[//]: # (",
        "~~~\n",
        "a://",
        "&amp;",
        "\\",
        "$ a\n",
        "---\n",
        "# a\n",
        "<details>",
        "x\t",
        "https://a.test/((((",
    ];
    // `SKILLSCAN_HOSTILE=10` reads ten times as much, to see that time grows with size and no faster.
    let factor: usize = std::env::var("SKILLSCAN_HOSTILE").ok().and_then(|value| value.parse().ok()).unwrap_or(1);
    for unit in units {
        let text = unit.repeat(factor * 100_000 / unit.len().min(4));
        for prefix in ["", "---\na: b\n---\n", "```\n"] {
            let started = std::time::Instant::now();
            let _ = Documents::of_text("SKILL.md", &format!("{prefix}{text}"));
            if factor > 1 && started.elapsed().as_secs() > 1 {
                println!("{unit:?} after {prefix:?}: {:?}", started.elapsed());
            }
            assert!(
                started.elapsed().as_secs() < 20 * factor as u64,
                "{unit:?} after {prefix:?} took {:?}",
                started.elapsed()
            );
        }
    }
}

/// Checks that every exactly mapped character agrees with the file's, and that no place lies outside the file.
fn check(documents: &Documents) {
    for document in documents.all() {
        let file = &documents.file_of(document.id).text;
        for (at, c) in document.text.char_indices() {
            let host = document.map.map(Span::new(at, at + c.len_utf8()));
            assert!(host.end as usize <= file.len(), "{document:?}");
            assert!(file.is_char_boundary(host.start as usize), "{document:?}");
        }
        let Some(markdown) = &document.markdown else { continue };
        for block in &markdown.blocks {
            check_exact(&block.text, &block.map, &document.text);
        }
        for code in &markdown.code {
            check_exact(&code.text, &code.map, &document.text);
        }
        for comment in &markdown.comments {
            check_exact(&comment.text, &comment.map, &document.text);
        }
        for link in &markdown.links {
            assert!(document.text.get(link.span.range()).is_some(), "{link:?}");
        }
    }
}

/// A character that maps to one of the same length and kind of place must be that character.
fn check_exact(text: &str, map: &crate::source::SpanMap, host: &str) {
    for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
        let place = map.map(Span::new(at, at + c.len_utf8()));
        let under = host.get(place.range()).unwrap_or_else(|| panic!("{place:?} is no text"));
        let is_one_char = under.chars().count() == 1 && under.chars().all(char::is_alphanumeric);
        assert!(!is_one_char || under.starts_with(c), "{c:?} became {under:?} in {text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn any_text_is_read_and_maps_agree(parts in prop::collection::vec(
        prop::sample::select(vec![
            "\n", "\r\n", "\r", "\t", "  ", "    ", "> ", "- ", "1. ", "```", "```sh\n", "~~~", "`", "``", "!`", "*", "**", "_", "[", "](", ")", "[a]: ",
            "[//]: # (", "<!--", "-->", "<div hidden>", "</div>", "<pre>", "</pre>", "<script>", "</script>", "<details>", "&amp;", "&#x41;", "\\", "---\n",
            "name: ", "a: &b ", "*b", "|", "\n|---|\n", "# ", "curl x", "$ ls -l", "é", "🦀", "abc", " https://h.test/x", "a://", "?u=http://b", "---js\n", "\n\n", "$", "{", "\"",
            "<b style='color:white'>", "\u{200b}", "\u{0}", "<br>", "<code>", "</code>",
        ]), 0..60))
    {
        let text = parts.concat();
        for path in ["SKILL.md", "a.html", "a.yaml", "Makefile", "a"] {
            check(&Documents::of_text(path, &text));
        }
    }
}

/// Reads every folder below `SKILLSCAN_CORPORA` as one bundle, checks the maps, and says what took how long:
/// `SKILLSCAN_CORPORA=… cargo test corpora -- --ignored --nocapture`. `SKILLSCAN_SHOW=N` shows every N-th child whose
/// description holds `SKILLSCAN_FILTER`.
#[test]
#[ignore = "needs a folder of skills"]
fn corpora_are_read() {
    let Ok(root) = std::env::var("SKILLSCAN_CORPORA") else { return };
    let show: usize = std::env::var("SKILLSCAN_SHOW").ok().and_then(|value| value.parse().ok()).unwrap_or(0);
    let filter = std::env::var("SKILLSCAN_FILTER").unwrap_or_default();
    let (mut bytes, mut files, mut made, mut made_shown) = (0, 0, 0_usize, 0_usize);
    let mut total = std::time::Duration::ZERO;
    let mut timings = Vec::new();
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    let mut bundles = std::collections::BTreeMap::<std::path::PathBuf, Vec<(String, Vec<u8>)>>::new();
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let Ok(content) = std::fs::read(entry.path()) else { continue };
            let path = entry.path().strip_prefix(&root).unwrap();
            let bundle: std::path::PathBuf = path.components().take(3).collect();
            let bundle = if bundle == path { path.parent().unwrap().to_owned() } else { bundle };
            let name = path.strip_prefix(&bundle).unwrap_or(path).to_string_lossy().into_owned();
            bundles.entry(bundle).or_default().push((name, content));
        }
    }
    for (name, contents) in &bundles {
        let texts: Vec<(&str, String)> = contents
            .iter()
            .filter(|(_, content)| !content.iter().take(8000).any(|&byte| byte == 0))
            .map(|(path, content)| (path.as_str(), String::from_utf8_lossy(content).into_owned()))
            .collect();
        let borrowed: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let size: usize = borrowed.iter().map(|(_, text)| text.len()).sum();
        let started = std::time::Instant::now();
        let documents = Documents::of_texts(&borrowed);
        let took = started.elapsed();
        check(&documents);
        bytes += size;
        files += borrowed.len();
        total += took;
        timings.push((took.as_secs_f64() / f64::from(size as u32 + 20_000), took, size, name));
        for notice in &documents.notices {
            *kinds
                .entry(format!("notice {} incomplete={} {}", notice.kind, notice.incomplete, notice.message))
                .or_default() += 1;
        }
        for document in documents.all() {
            let Some(holder) = &document.holder else {
                *kinds.entry(format!("file {} {}", document.language, document.reach)).or_default() += 1;
                continue;
            };
            let relation = format!("{:?}", holder.relation);
            let relation = relation.split('(').next().unwrap();
            *kinds.entry(format!("{relation} {} {}", document.language, document.stance)).or_default() += 1;
            made += 1;
            let head = format!("{:?} {} {} {}", holder.relation, document.language, document.stance, document.reach);
            if !head.contains(&filter) {
                continue;
            }
            made_shown += 1;
            if show > 0 && made_shown % show == 0 {
                let location = documents.locate(document.id, Span::at(0));
                let shown: String = document.text.chars().take(200).collect();
                println!(
                    "--- {}/{}:{} {:?} {} {} {}\n{shown:?}",
                    name.display(),
                    location.path,
                    location.region.line,
                    holder.relation,
                    document.language,
                    document.stance,
                    document.reach
                );
            }
        }
    }
    for (kind, count) in kinds {
        println!("{count:7} {kind}");
    }
    timings.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, took, size, name) in timings.iter().take(10) {
        println!("{took:?} for {size} bytes: {}", name.display());
    }
    println!(
        "{} bundles, {files} files, {made} children, {bytes} bytes in {total:?}: {:.1} MB/s",
        bundles.len(),
        f64::from(bytes as u32) / 1e6 / total.as_secs_f64()
    );
}
