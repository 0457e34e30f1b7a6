use crate::source::Span;

/// Deepest nesting of elements that is remembered; deeper ones count as visible as the one that holds them.
const DEPTH: usize = 200;

/// The attributes of a start tag; names in lower case, values as spans of the HTML text without their quotes.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    pub(super) pairs: Vec<(String, Span)>,
    /// Values in the same order, as text.
    values: Vec<String>,
    /// Just after the tag.
    pub(super) end: usize,
}

impl Attributes {
    /// Reads from just after the element's name to the `>` that ends the tag; `None` when the text ends before.
    pub(super) fn read(html: &str, from: usize, quotes: bool) -> Option<Self> {
        let bytes = html.as_bytes();
        let mut found = Self::default();
        let mut at = from;
        loop {
            match bytes.get(at)? {
                b'>' => {
                    found.end = at + 1;
                    return Some(found);
                }
                b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'\x0c' => at += 1,
                _ => {
                    let start = at;
                    at += 1;
                    while !matches!(bytes.get(at)?, b'=' | b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') {
                        at += 1;
                    }
                    let name = html.get(start..at.min(start + 64)).unwrap_or_default().to_ascii_lowercase();
                    let value = Self::value(bytes, &mut at, quotes)?;
                    found.values.push(value.slice(html).to_owned());
                    found.pairs.push((name, value));
                }
            }
        }
    }

    /// Reads `= value`, if it follows; leaves `at` just after it.
    fn value(bytes: &[u8], at: &mut usize, quotes: bool) -> Option<Span> {
        let blank = |at: &mut usize| -> Option<()> {
            while matches!(bytes.get(*at)?, b' ' | b'\t' | b'\n' | b'\r') {
                *at += 1;
            }
            Some(())
        };
        let mut ahead = *at;
        blank(&mut ahead)?;
        if bytes.get(ahead)? != &b'=' {
            return Some(Span::at(*at));
        }
        *at = ahead + 1;
        blank(at)?;
        let quote = *bytes.get(*at)?;
        if quotes && matches!(quote, b'"' | b'\'') {
            let start = *at + 1;
            let length = memchr::memchr(quote, bytes.get(start..)?)?;
            *at = start + length + 1;
            return Some(Span::new(start, start + length));
        }
        let start = *at;
        while !matches!(bytes.get(*at)?, b'>' | b' ' | b'\t' | b'\n' | b'\r') {
            *at += 1;
        }
        Some(Span::new(start, *at))
    }

    /// The value of an attribute, as written.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().position(|(key, _)| key == name).and_then(|at| self.values.get(at)).map(String::as_str)
    }

    /// The value of an attribute, as written in `html`.
    pub(super) fn get_in<'a>(&self, name: &str, html: &'a str) -> Option<&'a str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.slice(html))
    }
}

/// The elements that are open at some point of a text, and whether they hide what they hold.
#[derive(Debug, Default)]
pub(in crate::document) struct OpenElements {
    /// Name, and whether the element hides its content (`Some(false)` shows again what a closed `details` hides).
    stack: Vec<(String, Option<bool>)>,
}

impl OpenElements {
    /// Whether a reader of the rendered page would not see text here.
    #[must_use]
    pub(in crate::document) fn hidden(&self) -> bool {
        for (name, hides) in self.stack.iter().rev() {
            match hides {
                // A summary is seen although its details are closed; not so inside other hiding elements.
                Some(false) => {
                    return self.stack.iter().any(|(outer, hides)| outer != "details" && *hides == Some(true));
                }
                Some(true) => return true,
                None => {}
            }
            debug_assert!(!name.is_empty());
        }
        false
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &str, attributes: &Attributes) {
        if self.stack.len() < DEPTH {
            self.stack.push((name.to_owned(), effect(name, attributes)));
        }
    }

    /// Closes the innermost element of this name, and what is open inside it.
    pub(super) fn close(&mut self, name: &str) {
        if let Some(at) = self.stack.iter().rposition(|(open, _)| open == name) {
            self.stack.truncate(at);
        }
    }

    /// Whether closing an element of this name changes what is seen.
    pub(super) fn closes(&self, name: &str) -> bool {
        let at = self.stack.iter().rposition(|(open, _)| open == name);
        at.is_some_and(|at| self.stack[at..].iter().any(|(_, hides)| hides.is_some()))
    }
}

/// `Some(true)`: hides its content; `Some(false)`: shows it inside a closed `details`.
pub(super) fn effect(name: &str, attributes: &Attributes) -> Option<bool> {
    let hides = match name {
        "template" | "noscript" | "noframes" | "head" => true,
        "details" => attributes.get("open").is_none(),
        "summary" => return Some(false),
        _ => false,
    };
    let hides = hides || attributes.get("hidden").is_some() || attributes.get("style").is_some_and(style_hides);
    hides.then_some(true)
}

/// Whether an inline style makes text invisible.
fn style_hides(style: &str) -> bool {
    let mut color = None;
    let mut background = None;
    for declaration in style.to_ascii_lowercase().split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let value = value.replace("!important", "");
        let (property, value) = (property.trim(), value.trim());
        let number =
            || value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').trim().parse::<f32>().ok();
        let hides = match property {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "opacity" => number().is_some_and(|value| value < 0.05),
            "font-size" => number().is_some_and(|value| value < 1.5) && !value.ends_with("em"),
            "width" | "height" | "max-height" | "max-width" => number() == Some(0.0),
            "left" | "top" | "text-indent" | "right" => number().is_some_and(|value| value <= -500.0),
            "color" => {
                color = Some(value.replace(' ', ""));
                value == "transparent"
            }
            "background" | "background-color" => {
                background = Some(value.replace(' ', ""));
                false
            }
            _ => false,
        };
        if hides {
            return true;
        }
    }
    let is_white = |value: &str| {
        matches!(value, "white" | "#fff" | "#ffffff" | "rgb(255,255,255)" | "rgba(255,255,255,0)" | "rgba(0,0,0,0)")
    };
    match (color, background) {
        (Some(color), None) => is_white(&color),
        (Some(color), Some(background)) => color == background || (is_white(&color) && is_white(&background)),
        _ => false,
    }
}

/// Elements that never have content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that break the line.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "br"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "li"
            | "main"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "td"
            | "th"
            | "tr"
            | "ul"
            | "body"
            | "html"
            | "head"
            | "option"
            | "template"
    )
}
