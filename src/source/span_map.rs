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
/// Segments are sorted by their inner start and do not overlap. Inner text that no segment covers (text that
/// was inserted, such as the line break that joins two stripped lines) maps to the nearest segment before it.
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

    /// The host span of `inner`: from where its first byte stands to where its last byte stands.
    #[must_use]
    pub fn map(&self, inner: Span) -> Span {
        let start = self.map_start(inner.start);
        if inner.is_empty() {
            return Span { start: start.start, end: start.start };
        }
        let last = self.map_start(inner.end - 1);
        let end = if last.end > last.start { last.end } else { last.start };
        Span { start: start.start, end: end.max(start.start) }
    }

    /// Adds this map to the end of one under construction, for a text that is put together from several.
    pub fn append_to(&self, builder: &mut SpanMapBuilder) {
        for segment in &self.segments {
            builder.push(segment.inner.len(), segment.host, segment.exact);
        }
    }

    /// Host place of one inner byte: one byte wide in an exact segment, the whole host span in an opaque one.
    fn map_start(&self, offset: u32) -> Span {
        let after = self.segments.partition_point(|segment| segment.inner.start <= offset);
        let Some(segment) = after.checked_sub(1).and_then(|at| self.segments.get(at)) else {
            return self.segments.first().map_or_else(Span::default, |first| Span::at(first.host.start as usize));
        };
        if !segment.exact {
            return segment.host;
        }
        let into = offset - segment.inner.start;
        if into < segment.inner.end - segment.inner.start {
            let at = segment.host.start + into;
            Span { start: at, end: at + 1 }
        } else {
            Span { start: segment.host.end, end: segment.host.end }
        }
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
        joined.finish()
    }
}

/// Builds a [`SpanMap`] piece by piece, in inner order.
#[derive(Debug, Clone, Default)]
pub struct SpanMapBuilder {
    segments: Vec<Segment>,
    inner_end: usize,
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
    pub fn finish(self) -> SpanMap {
        SpanMap { segments: self.segments }
    }

    fn push(&mut self, inner_len: usize, host: Span, exact: bool) {
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
                        let from = segment.host.start + (at - segment.inner.start);
                        (stop, Span { start: from, end: from + (stop - at) }, true)
                    } else {
                        (stop, segment.host, false)
                    }
                }
                // Inserted text between two segments: it stands where the segment before it ended.
                _ => (next_start.min(middle.end), outer.map_start(at), false),
            };
            self.push((stop - at) as usize, host, exact);
            at = stop;
        }
    }
}
