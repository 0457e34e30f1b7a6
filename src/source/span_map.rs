use super::Span;

/// One stretch of inner text and where it stands in the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    inner: Span,
    host: Span,
    /// Same bytes on both sides: an inner offset maps to one host offset. Otherwise the inner text was
    /// computed (an escape, an entity, a decoded layer) and any part of it stands for the whole of `host`.
    exact: bool,
}

/// Takes any place in an embedded or decoded text back to the text that holds it.
///
/// Segments are sorted by their inner start and do not overlap. Inner text that no segment covers maps to the end
/// of the segment before it. Text that was inserted, such as the line break that joins two stripped lines, is a
/// computed piece of the host bytes that it stands for, or of the empty span where it would stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpanMap {
    segments: Vec<Segment>,
}

impl SpanMap {
    /// The map of a text of `len` bytes that stands unchanged at byte `host_start` of its host.
    #[must_use]
    pub fn shifted(host_start: usize, len: usize) -> Self {
        let inner = Span::new(0, len);
        Self { segments: vec![Segment { inner, host: inner.shifted(host_start), exact: true }] }
    }

    /// The map of a text of `len` bytes that was computed from `host` as a whole.
    #[must_use]
    pub fn opaque(host: Span, len: usize) -> Self {
        Self { segments: vec![Segment { inner: Span::new(0, len), host, exact: false }] }
    }

    /// The host span of `inner`: the smallest that covers where its first and its last byte stand. An empty span
    /// maps to the empty span where its offset stands.
    ///
    /// The cost grows with the logarithm of the number of segments.
    #[must_use]
    pub fn map(&self, inner: Span) -> Span {
        let first = self.map_byte(inner.start);
        if inner.is_empty() {
            return Span { start: first.start, end: first.start };
        }
        first.cover(self.map_byte(inner.end - 1))
    }

    /// Adds this map to the end of one under construction, for a text that is put together from several.
    pub fn append_to(&self, builder: &mut SpanMapBuilder) {
        for segment in &self.segments {
            builder.push(segment.inner.len(), segment.host, segment.exact);
        }
    }

    /// Host place of one inner byte: one byte wide in an exact segment, the whole host span in an opaque one,
    /// empty where no segment holds the byte.
    fn map_byte(&self, offset: u32) -> Span {
        let after = self.segments.partition_point(|segment| segment.inner.start <= offset);
        let Some(segment) = after.checked_sub(1).and_then(|at| self.segments.get(at)) else {
            return self.segments.first().map_or_else(Span::default, |first| Span::at(first.host.start as usize));
        };
        if offset >= segment.inner.end {
            return Span { start: segment.host.end, end: segment.host.end };
        }
        if !segment.exact {
            return segment.host;
        }
        let at = segment.host.start.saturating_add(offset - segment.inner.start);
        Span { start: at, end: at.saturating_add(1) }
    }

    /// The map from this text's inner text straight to `outer`'s host, where `outer` maps this text's host.
    #[must_use]
    pub fn through(&self, outer: &SpanMap) -> SpanMap {
        let mut joined = SpanMapBuilder::default();
        for segment in &self.segments {
            if segment.exact {
                joined.push_exact_through(segment.inner, segment.host, outer);
            } else {
                joined.push(segment.inner.len(), outer.map(segment.host), false);
            }
        }
        if joined.segments.is_empty()
            && let Some(empty) = self.segments.first()
        {
            // A text without a byte still stands somewhere.
            joined.anchor = Some(outer.map(Span::at(empty.host.start as usize)));
        }
        joined.finish()
    }
}

/// Builds a [`SpanMap`] piece by piece, in inner order.
#[derive(Debug, Clone, Default)]
pub struct SpanMapBuilder {
    segments: Vec<Segment>,
    inner_end: usize,
    /// Where the text stands if it turns out to hold no byte.
    anchor: Option<Span>,
}

impl SpanMapBuilder {
    /// Length in bytes of the inner text described so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner_end
    }

    /// Whether nothing was added yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner_end == 0
    }

    /// Adds `host`'s bytes, taken over unchanged.
    pub fn exact(&mut self, host: Span) {
        self.push(host.len(), host, true);
    }

    /// Adds `inner_len` bytes of inner text that were computed from `host`.
    pub fn computed(&mut self, inner_len: usize, host: Span) {
        self.push(inner_len, host, false);
    }

    /// The finished map.
    #[must_use]
    pub fn finish(mut self) -> SpanMap {
        if self.segments.is_empty()
            && let Some(host) = self.anchor
        {
            self.segments.push(Segment { inner: Span::default(), host, exact: false });
        }
        SpanMap { segments: self.segments }
    }

    fn push(&mut self, inner_len: usize, host: Span, exact: bool) {
        self.anchor.get_or_insert(host);
        if inner_len == 0 {
            return;
        }
        let inner = Span::new(self.inner_end, self.inner_end + inner_len);
        self.inner_end += inner_len;
        if let Some(last) = self.segments.last_mut()
            && exact
            && last.exact
            && last.host.end == host.start
        {
            last.inner.end = inner.end;
            last.host.end = host.end;
            return;
        }
        self.segments.push(Segment { inner, host, exact });
    }

    /// Adds an exact piece `inner` ↔ `middle`, where `outer` maps `middle`'s text further out.
    fn push_exact_through(&mut self, inner: Span, middle: Span, outer: &SpanMap) {
        debug_assert_eq!(inner.start as usize, self.inner_end);
        let mut at = middle.start;
        while at < middle.end {
            let after = outer.segments.partition_point(|segment| segment.inner.start <= at);
            let next_start = outer.segments.get(after).map_or(u32::MAX, |next| next.inner.start);
            let found = after.checked_sub(1).and_then(|index| outer.segments.get(index));
            let (stop, host, exact) = match found {
                Some(segment) if at < segment.inner.end => {
                    let stop = segment.inner.end.min(middle.end);
                    if segment.exact {
                        let from = segment.host.start.saturating_add(at - segment.inner.start);
                        (stop, Span { start: from, end: from.saturating_add(stop - at) }, true)
                    } else {
                        (stop, segment.host, false)
                    }
                }
                // Inserted text between two segments: it stands where the segment before it ended.
                _ => (next_start.min(middle.end), outer.map_byte(at), false),
            };
            self.push((stop - at) as usize, host, exact);
            at = stop;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text made from a host text, with its map.
    struct Embedded {
        text: String,
        map: SpanMap,
    }

    /// How one line of a host becomes inner text.
    #[derive(Debug, Clone, Copy)]
    enum Treatment {
        /// The indentation and quote marks go, CRLF becomes LF, the rest stays.
        Strip,
        /// As above, but the line's text is replaced by another of this length.
        Compute(usize),
        /// The line goes.
        Drop,
        /// The line stays as it is.
        Keep,
    }

    fn treatment() -> impl Strategy<Value = Treatment> {
        prop_oneof![
            4 => Just(Treatment::Strip),
            1 => (0_usize..6).prop_map(Treatment::Compute),
            1 => Just(Treatment::Drop),
            1 => Just(Treatment::Keep),
        ]
    }

    /// Embeds `host` line by line, as fenced blocks in lists and quotes, here-documents and manifests do.
    fn embed(host: &str, treatments: &[Treatment]) -> Embedded {
        let mut text = String::new();
        let mut builder = SpanMapBuilder::default();
        let mut start = 0;
        for (line, treatment) in host.split_inclusive('\n').zip(treatments.iter().cycle()) {
            let end = start + line.len();
            let content = line.trim_end_matches(['\r', '\n']);
            let prefix = content.len() - content.trim_start_matches([' ', '>']).len();
            let content_span = Span::new(start + prefix, start + content.len());
            match treatment {
                Treatment::Keep => {
                    text.push_str(line);
                    builder.exact(Span::new(start, end));
                }
                Treatment::Drop => {}
                Treatment::Strip | Treatment::Compute(_) => {
                    if let Treatment::Compute(len) = treatment {
                        text.push_str(&"#".repeat(*len));
                        builder.computed(*len, content_span);
                    } else {
                        text.push_str(content_span.slice(host));
                        builder.exact(content_span);
                    }
                    if line.ends_with('\n') {
                        text.push('\n');
                        builder.computed(1, Span::new(start + content.len(), end));
                    }
                }
            }
            start = end;
        }
        assert_eq!(builder.len(), text.len());
        Embedded { text, map: builder.finish() }
    }

    fn host() -> impl Strategy<Value = String> {
        "((  |> |\t){0,2}[a-cé中🦀\\\\ ]{0,5}(\n|\r\n|\r|)){0,12}"
    }

    /// Every character that stands in an exact segment must be the same character in the host.
    fn assert_exact_characters(inner: &str, map: &SpanMap, host: &str) {
        for segment in map.segments.iter().filter(|segment| segment.exact) {
            for (at, c) in segment.inner.slice(inner).char_indices() {
                let start = segment.inner.start as usize + at;
                let there = map.map(Span::new(start, start + c.len_utf8()));
                assert_eq!(there.slice(host), c.to_string());
            }
        }
    }

    fn assert_monotone_and_inside(inner: &str, map: &SpanMap, host: &str) {
        let mut last = 0;
        for offset in 0..=inner.len() {
            let at = map.map(Span::at(offset)).start;
            assert!(last <= at && at as usize <= host.len(), "{offset}: {last} {at}");
            last = at;
            for end in offset..=inner.len() {
                let there = map.map(Span::new(offset, end));
                assert!(there.start <= there.end && there.end as usize <= host.len());
                assert!(there.start == at, "a span starts where its first byte stands");
                assert!(host.is_char_boundary(there.start as usize) || !inner.is_char_boundary(offset));
            }
        }
    }

    proptest! {
        #[test]
        fn one_layer(host in host(), treatments in proptest::collection::vec(treatment(), 1..6)) {
            let inner = embed(&host, &treatments);
            assert_exact_characters(&inner.text, &inner.map, &host);
            assert_monotone_and_inside(&inner.text, &inner.map, &host);
        }

        #[test]
        fn layers_joined_are_layers_one_by_one(
            host in host(),
            shift in 0_usize..3,
            layers in proptest::collection::vec(proptest::collection::vec(treatment(), 1..5), 1..4),
        ) {
            let file = format!("{}{host}", "-".repeat(shift));
            let mut texts = vec![host.clone()];
            let mut map = SpanMap::shifted(shift, host.len());
            for treatments in &layers {
                let outer_map = map;
                let outer_text = texts.last().cloned().unwrap_or_default();
                let inner = embed(&outer_text, treatments);
                map = inner.map.through(&outer_map);
                assert_exact_characters(&inner.text, &map, &file);
                assert_monotone_and_inside(&inner.text, &map, &file);
                for offset in 0..inner.text.len() {
                    let byte = Span::new(offset, offset + 1);
                    prop_assert_eq!(map.map(byte), outer_map.map(inner.map.map(byte)));
                }
                texts.push(inner.text);
            }
        }
    }

    #[test]
    fn a_computed_text_stands_for_its_whole_host() {
        let host = Span::new(10, 20);
        let map = SpanMap::opaque(host, 5);
        assert_eq!(map.map(Span::new(2, 3)), host);
        assert_eq!(map.map(Span::new(0, 5)), host);
        assert_eq!(map.map(Span::at(5)), Span::at(20), "the end of the text is the end of the host");
        assert_eq!(map.map(Span::new(7, 9)), Span::at(20), "what lies past the text does not leave the host");
    }

    #[test]
    fn a_text_without_a_byte_keeps_its_place() {
        let outer = SpanMap::shifted(100, 50);
        assert_eq!(SpanMap::shifted(7, 0).through(&outer).map(Span::at(0)), Span::at(107));
        assert_eq!(SpanMap::opaque(Span::new(7, 9), 0).through(&outer).map(Span::at(0)), Span::at(107));
        let mut builder = SpanMapBuilder::default();
        builder.exact(Span::at(7));
        assert_eq!(builder.finish().through(&outer).map(Span::at(0)), Span::at(107));
        assert_eq!(SpanMap::default().through(&outer).map(Span::new(0, 3)), Span::default());
    }

    #[test]
    fn pieces_in_another_order_than_in_the_host_are_covered() {
        let mut builder = SpanMapBuilder::default();
        builder.exact(Span::new(30, 33));
        builder.exact(Span::new(10, 13));
        let map = builder.finish();
        assert_eq!(map.map(Span::new(0, 6)), Span::new(12, 31).cover(Span::new(30, 31)));
    }
}
