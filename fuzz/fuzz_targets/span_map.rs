//! Span maps: any map takes any place of its inner text to one inside the host, and two maps in a row are the one
//! that they make together.
#![no_main]

use skillscan::source::{Span, SpanMap, SpanMapBuilder};

/// A map onto a host text of `host` bytes, as the bytes say, and the length of its inner text.
fn map(bytes: &mut impl Iterator<Item = u8>, host: usize) -> (SpanMap, usize) {
    let mut builder = SpanMapBuilder::default();
    let pieces = bytes.next().unwrap_or(0) % 12;
    for _ in 0..pieces {
        let [kind, at, len] = [bytes.next(), bytes.next(), bytes.next()].map(|byte| usize::from(byte.unwrap_or(0)));
        let start = at % (host + 1);
        let end = (start + len % 16).min(host);
        if kind % 2 == 0 {
            builder.exact(Span::new(start, end));
        } else {
            builder.computed(kind % 16, Span::new(start, end));
        }
    }
    let len = builder.len();
    (builder.finish(), len)
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut bytes = data.iter().copied();
    let host = usize::from(bytes.next().unwrap_or(0));
    let (outer, middle) = map(&mut bytes, host);
    let (inner, len) = map(&mut bytes, middle);
    let both = inner.through(&outer);
    for start in 0..len {
        for end in [start, start + 1, len] {
            let span = Span::new(start, end);
            let mapped = both.map(span);
            assert!(mapped.start <= mapped.end && mapped.end as usize <= host, "{span:?} → {mapped:?} of {host}");
            if end == start + 1 {
                assert_eq!(mapped, outer.map(inner.map(span)), "{span:?}");
            }
        }
    }
});
