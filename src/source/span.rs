use serde::Serialize;

/// A half-open range of **byte** offsets in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just after the last byte; never less than `start`.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, both in bytes. A reversed pair becomes the empty span at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// The empty span at `offset`.
    #[must_use]
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start) as usize
    }

    /// Whether the span covers no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range that slices a `str` or a byte slice.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The text under the span, or `""` where the span does not fit `text`.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or_default()
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies wholly inside this span.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two spans share a byte, or one is empty and lies inside or at an edge of the other.
    #[must_use]
    pub fn touches(self, other: Self) -> bool {
        if self.is_empty() || other.is_empty() {
            return self.start <= other.end && other.start <= self.end;
        }
        self.start < other.end && other.start < self.end
    }

    /// The span moved `by` bytes to the right.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self::new(self.start as usize + by, self.end as usize + by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_do_not_touch_but_an_empty_span_touches_its_edges() {
        let (left, right) = (Span::new(0, 3), Span::new(3, 5));
        assert!(!left.touches(right) && !right.touches(left));
        assert!(left.touches(Span::new(2, 4)));
        for at in [0, 1, 3] {
            assert!(left.touches(Span::at(at)) && Span::at(at).touches(left), "{at}");
        }
        assert!(!left.touches(Span::at(4)));
    }

    #[test]
    fn a_span_is_never_reversed_and_never_panics() {
        assert_eq!(Span::new(5, 2), Span::at(5));
        assert_eq!(Span::new(usize::MAX, usize::MAX), Span::at(u32::MAX as usize));
        assert_eq!(Span::new(1, 99).slice("short"), "");
        assert_eq!(Span::new(1, 2).slice("é"), "");
    }
}
