//! HTML as far as a scanner needs it: what a reader sees, what is hidden from him, comments, scripts, targets of links.
//!
//! A tolerant tokenizer, not a tree: one pass, no recursion, nothing that can fail.

mod elements;

use std::borrow::Cow;

pub(super) use elements::OpenElements;
use elements::{Attributes, effect, is_block, is_void};

use super::markdown::LinkKind;
use crate::source::{Span, SpanMap, SpanMapBuilder};

/// Something found in HTML; spans count bytes of the HTML text.
#[derive(Debug)]
pub(super) enum Piece {
    /// Visible text, entities decoded; a new piece starts where the text becomes hidden or visible again.
    Text { span: Span, text: String, map: SpanMap, hidden: bool },
    /// The inside of a comment and the whole of it.
    Comment { inner: Span, span: Span },
    /// The inside of a script and the word for its language (`type` or `lang`), if any.
    Script { inner: Span, span: Span, tag: String },
    /// The text of a `pre` or `code` element that holds no other element.
    Code { span: Span, text: String, map: SpanMap, tag: String },
    /// A target (`href`, `src` …).
    Link { kind: LinkKind, target: String, text: String, span: Span },
    /// A value of an `on…` attribute: a script.
    Handler { inner: Span, span: Span },
}

/// Reads `html`; `open` carries elements that began in an earlier stretch and may end in a later one.
pub(super) fn read(html: &str, open: &mut OpenElements) -> Vec<Piece> {
    let mut reader = Reader {
        html,
        at: 0,
        last_close: html.rfind('>').unwrap_or(0),
        quotes: true,
        pieces: Vec::new(),
        text: Run::default(),
        code: None,
    };
    reader.read(open);
    reader.pieces
}

/// A stretch of text under construction.
#[derive(Default)]
struct Run {
    text: String,
    map: SpanMapBuilder,
    span: Option<Span>,
}

impl Run {
    fn exact(&mut self, html: &str, span: Span) {
        self.text.push_str(span.slice(html));
        self.map.exact(span);
        self.span = Some(self.span.map_or(span, |known| known.cover(span)));
    }

    fn computed(&mut self, text: &str, span: Span) {
        self.text.push_str(text);
        self.map.computed(text.len(), span);
        self.span = Some(self.span.map_or(span, |known| known.cover(span)));
    }
}

struct Reader<'a> {
    html: &'a str,
    at: usize,
    /// Where the last `>` stands: no tag can end after it.
    last_close: usize,
    /// Whether quotes in tags are believed; not after one ran to the end of the text (else time would be quadratic).
    quotes: bool,
    pieces: Vec<Piece>,
    text: Run,
    /// The `pre` or `code` element that is open: its name, where it began, its language tag, its text.
    code: Option<(String, usize, String, Run)>,
}

impl Reader<'_> {
    fn read(&mut self, open: &mut OpenElements) {
        while self.at < self.html.len() {
            let rest = &self.html[self.at..];
            let text_end = rest.find('<').unwrap_or(rest.len());
            if text_end > 0 {
                self.push_text(Span::new(self.at, self.at + text_end));
                self.at += text_end;
                continue;
            }
            if rest.starts_with("<!--") {
                self.comment(open);
            } else if rest.starts_with("<!") || rest.starts_with("<?") {
                self.declaration();
            } else if !self.tag(open) {
                self.push_text(Span::new(self.at, self.at + 1));
                self.at += 1;
            }
        }
        self.flush(open.hidden());
        self.end_code();
    }

    fn comment(&mut self, open: &OpenElements) {
        self.flush(open.hidden());
        let start = self.at;
        // `<!-->` and `<!--->` are whole comments.
        let body = start + 4;
        let rest = &self.html[body..];
        let (inner_end, end) = if rest.starts_with('>') {
            (body, body + 1)
        } else if rest.starts_with("->") {
            (body, body + 2)
        } else {
            rest.find("-->").map_or((self.html.len(), self.html.len()), |at| (body + at, body + at + 3))
        };
        self.pieces.push(Piece::Comment { inner: Span::new(body, inner_end), span: Span::new(start, end) });
        self.at = end;
    }

    fn declaration(&mut self) {
        let rest = &self.html[self.at..];
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let length = data.find("]]>").unwrap_or(data.len());
            self.push_text(Span::new(self.at + 9, self.at + 9 + length));
            self.at = (self.at + 9 + length + 3).min(self.html.len());
            return;
        }
        self.at = if self.at < self.last_close {
            rest.find('>').map_or(self.html.len(), |end| self.at + end + 1)
        } else {
            self.html.len()
        };
    }

    /// Reads the tag at the current place; `false` when there is none.
    fn tag(&mut self, open: &mut OpenElements) -> bool {
        let html = self.html;
        let start = self.at;
        let is_end = html[start + 1..].starts_with('/');
        let name_start = start + 1 + usize::from(is_end);
        let name_length = html[name_start..]
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':')
            .unwrap_or(html.len() - name_start);
        if start > self.last_close || !html[name_start..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            return false;
        }
        let name = html[name_start..name_start + name_length.min(40)].to_ascii_lowercase();
        let Some(attributes) = self.attributes(name_start + name_length) else { return false };
        let end = attributes.end;
        let span = Span::new(start, end);
        self.at = end;
        let was_hidden = open.hidden();
        if is_end {
            if self.code.as_ref().is_some_and(|(element, ..)| *element == name) {
                self.end_code();
            }
            // Text before the end tag belongs to the state before it.
            if open.closes(&name) {
                self.flush(was_hidden);
            }
            open.close(&name);
        } else {
            self.targets(&name, &attributes, span);
            let self_closing = html[..end].ends_with("/>");
            if matches!(name.as_str(), "script" | "style" | "textarea" | "title" | "xmp") && !self_closing {
                self.flush(was_hidden);
                self.raw(&name, &attributes, start);
                return true;
            }
            if effect(&name, &attributes).is_some() {
                self.flush(was_hidden);
            }
            if !is_void(&name) && !self_closing {
                open.open(&name, &attributes);
                if matches!(name.as_str(), "pre" | "code")
                    && self.code.as_ref().is_none_or(|(outer, ..)| outer == "pre")
                {
                    let class = attributes.get("class").or(attributes.get("lang")).unwrap_or_default();
                    let tag = class.rsplit(['-', ' ']).next().unwrap_or_default().to_owned();
                    match &mut self.code {
                        Some((_, _, known, _)) if known.is_empty() => *known = tag,
                        Some(_) => {}
                        None => self.code = Some((name.clone(), start, tag, Run::default())),
                    }
                }
            }
        }
        if is_block(&name) {
            self.push_break(span);
        }
        true
    }

    fn attributes(&mut self, from: usize) -> Option<Attributes> {
        if self.quotes {
            if let Some(found) = Attributes::read(self.html, from, true) {
                return Some(found);
            }
            self.quotes = false;
        }
        Attributes::read(self.html, from, false)
    }

    /// Links, alternative texts and event handlers of a start tag.
    fn targets(&mut self, name: &str, attributes: &Attributes, span: Span) {
        for (key, value) in &attributes.pairs {
            let kind = match key.as_str() {
                "src" | "poster" | "background" | "data" if name != "iframe" && name != "script" => LinkKind::Image,
                "href" | "src" | "action" | "formaction" | "xlink:href" | "srcset" | "data" => LinkKind::Link,
                "content" if value.slice(self.html).to_ascii_lowercase().contains("url=") => LinkKind::Link,
                _ if key.starts_with("on") && key.len() > 4 && !value.is_empty() => {
                    self.pieces.push(Piece::Handler { inner: *value, span });
                    continue;
                }
                _ => continue,
            };
            let target = decode_entities(value.slice(self.html)).into_owned();
            let alt = attributes.get_in("alt", self.html).or(attributes.get_in("title", self.html)).unwrap_or_default();
            self.pieces.push(Piece::Link { kind, target, text: decode_entities(alt).into_owned(), span });
        }
        if let Some(alt) = attributes.pairs.iter().find(|(key, value)| key == "alt" && !value.is_empty()) {
            let alt = alt.1;
            self.push_text(alt);
        }
    }

    /// Elements whose content is not markup.
    fn raw(&mut self, name: &str, attributes: &Attributes, start: usize) {
        let from = self.at;
        let bytes = self.html.as_bytes();
        let mut close = self.html.len();
        for at in memchr::memchr_iter(b'<', &bytes[from..]) {
            let at = from + at;
            let is_end = bytes.get(at + 1) == Some(&b'/')
                && bytes
                    .get(at + 2..at + 2 + name.len())
                    .is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
            if is_end {
                close = at;
                break;
            }
        }
        let inner = Span::new(from, close);
        let end = self.html[close..].find('>').map_or(self.html.len(), |at| close + at + 1);
        self.at = end;
        match name {
            "script" => {
                let tag =
                    attributes.get_in("type", self.html).or(attributes.get_in("lang", self.html)).unwrap_or_default();
                self.pieces.push(Piece::Script { inner, span: Span::new(start, end), tag: tag.to_owned() });
            }
            "style" => {}
            _ => self.push_text(inner),
        }
    }

    fn push_break(&mut self, span: Span) {
        if !self.text.text.is_empty() && !self.text.text.ends_with('\n') {
            self.text.computed("\n", span);
        }
        if let Some((.., run)) = &mut self.code
            && !run.text.is_empty()
            && !run.text.ends_with('\n')
        {
            run.computed("\n", span);
        }
    }

    /// Adds text, entities decoded.
    fn push_text(&mut self, span: Span) {
        let runs = [Some(&mut self.text), self.code.as_mut().map(|(.., run)| run)];
        for run in runs.into_iter().flatten() {
            let mut at = span.start as usize;
            let end = span.end as usize;
            while at < end {
                let rest = &self.html[at..end];
                match rest.find('&') {
                    Some(0) => {
                        if let Some((decoded, length)) = entity(rest) {
                            run.computed(&decoded, Span::new(at, at + length));
                            at += length;
                        } else {
                            run.exact(self.html, Span::new(at, at + 1));
                            at += 1;
                        }
                    }
                    found => {
                        let length = found.unwrap_or(rest.len());
                        run.exact(self.html, Span::new(at, at + length));
                        at += length;
                    }
                }
            }
        }
    }

    fn flush(&mut self, hidden: bool) {
        let run = std::mem::take(&mut self.text);
        if let Some(span) = run.span
            && !run.text.trim().is_empty()
        {
            self.pieces.push(Piece::Text { span, text: run.text, map: run.map.finish(), hidden });
        }
    }

    fn end_code(&mut self) {
        if let Some((_, start, tag, run)) = self.code.take()
            && !run.text.trim().is_empty()
        {
            let span = Span::new(start, self.at.max(start));
            self.pieces.push(Piece::Code { span, text: run.text, map: run.map.finish(), tag });
        }
    }
}

/// Decodes the entities of an attribute value.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let (value, length) = entity(rest).unwrap_or_else(|| ("&".to_owned(), 1));
        decoded.push_str(&value);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    Cow::Owned(decoded)
}

/// The entities that hide ASCII; others are rare in skills and stay as written.
const NAMED: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("colon", ":"),
    ("sol", "/"),
    ("period", "."),
    ("comma", ","),
    ("lpar", "("),
    ("rpar", ")"),
    ("lsqb", "["),
    ("rsqb", "]"),
    ("lcub", "{"),
    ("rcub", "}"),
    ("dollar", "$"),
    ("grave", "`"),
    ("num", "#"),
    ("excl", "!"),
    ("vert", "|"),
    ("semi", ";"),
    ("equals", "="),
    ("bsol", "\\"),
    ("lowbar", "_"),
    ("hyphen", "\u{2010}"),
    ("dash", "\u{2010}"),
    ("ndash", "–"),
    ("mdash", "—"),
    ("NewLine", "\n"),
    ("Tab", "\t"),
    ("commat", "@"),
    ("percnt", "%"),
    ("plus", "+"),
    ("ast", "*"),
    ("quest", "?"),
    ("Hat", "^"),
    ("hellip", "…"),
];

/// The entity that `text` (which starts with `&`) begins with: its value and its length in bytes.
fn entity(text: &str) -> Option<(String, usize)> {
    let window = text.as_bytes().get(1..text.len().min(34))?;
    if window.first() == Some(&b'#') {
        let (radix, skip) = if matches!(window.get(1), Some(b'x' | b'X')) { (16, 2) } else { (10, 1) };
        let digits = window[skip..].iter().take_while(|byte| (**byte as char).is_digit(radix)).count();
        let code = u32::from_str_radix(text.get(1 + skip..1 + skip + digits)?, radix).ok()?;
        let closed = usize::from(window.get(skip + digits) == Some(&b';'));
        let value = char::from_u32(code).filter(|&c| c != '\0').unwrap_or('\u{fffd}');
        return Some((value.to_string(), 1 + skip + digits + closed));
    }
    let length = window.iter().position(|&byte| byte == b';')?;
    let name = text.get(1..=length)?;
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, value)| ((*value).to_owned(), length + 2))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn texts(html: &str) -> Vec<(String, bool)> {
        read(html, &mut OpenElements::default())
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Text { text, hidden, .. } => Some((text.trim().to_owned(), hidden)),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn hidden_text_is_told_from_visible_text() {
        for style in [
            "style=\"display: none\"",
            "style='color:red;font-size:0px'",
            "style=\"opacity:0\"",
            "style=visibility:hidden",
            "style=\"color: #FFF\"",
            "style=\"color:white\"",
            "style=\"position:absolute; left:-9999px\"",
            "hidden",
            "HIDDEN=''",
        ] {
            let html = format!("<p>seen</p><div {style}>a <b>b</b></div> after");
            assert_eq!(
                texts(&html),
                [("seen".into(), false), ("a b".into(), true), ("after".into(), false)],
                "{style}"
            );
        }
        assert_eq!(texts("<template>x</template>y"), [("x".into(), true), ("y".into(), false)]);
        assert_eq!(texts("<details><summary>s</summary>x</details>"), [("s".into(), false), ("x".into(), true)]);
        assert_eq!(texts("<details open>x</details>"), [("x".into(), false)]);
        assert_eq!(texts("<div style=\"opacity:0.9;color:#fff0aa\">x</div>"), [("x".into(), false)]);
        assert_eq!(texts("<div style=\"color:#fff;background:#000\">x</div>"), [("x".into(), false)]);
    }

    #[test]
    fn entities_are_decoded_and_mapped() {
        let html = "<p>c&#x75;r&#108; &lt;x&gt; &unknown; 🦀";
        let pieces = read(html, &mut OpenElements::default());
        let [Piece::Text { text, map, .. }] = pieces.as_slice() else { panic!("{pieces:?}") };
        assert_eq!(text, "curl <x> &unknown; 🦀");
        assert_eq!(map.map(Span::new(0, 4)).slice(html), "c&#x75;r&#108;");
        assert_eq!(map.map(Span::new(1, 2)).slice(html), "&#x75;");
    }

    #[test]
    fn comments_scripts_and_code_are_found() {
        let html = "<!-- one --><script type=module>a < b</SCRIPT ><pre><code class=\"language-sh\">x &amp;&amp; y</code></pre><!--> t <!-- open";
        let pieces = read(html, &mut OpenElements::default());
        let described: Vec<String> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Comment { inner, .. } => format!("comment:{}", inner.slice(html)),
                Piece::Script { inner, tag, .. } => format!("script {tag}:{}", inner.slice(html)),
                Piece::Code { text, tag, .. } => format!("code {tag}:{text}"),
                Piece::Text { text, .. } => format!("text:{}", text.trim()),
                _ => String::new(),
            })
            .collect();
        assert_eq!(
            described,
            [
                "comment: one ",
                "script module:a < b",
                "code sh:x && y",
                "text:x && y",
                "comment:",
                "text:t",
                "comment: open"
            ]
        );
    }

    #[test]
    fn hostile_input_takes_linear_time() {
        for unit in
            ["<a ", "<a \"", "<a \"x>", "<!", "<!--", "<", "&#", "<a '", "</a", "<script>", "<pre>", "<b hidden>"]
        {
            let html = unit.repeat(200_000);
            let started = std::time::Instant::now();
            let _ = read(&html, &mut OpenElements::default());
            assert!(started.elapsed().as_secs() < 5, "{unit}");
        }
    }
}
