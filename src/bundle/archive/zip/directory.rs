use std::ops::Range;

use memchr::memmem;

use super::super::{u16_at, u32_at, u64_at};
use super::Entry;
use super::local::large_sizes;
use super::winzip::Aes;

const END: &[u8] = b"PK\x05\x06";
const LARGE_END: &[u8] = b"PK\x06\x06";
const LARGE_LOCATOR: &[u8] = b"PK\x06\x07";
const RECORD: &[u8] = b"PK\x01\x02";
const RECORD_LEN: usize = 46;

/// The directory at the end of a zip.
#[derive(Debug)]
pub(super) struct Directory {
    start: usize,
    /// Where the record stands that ends it.
    end: usize,
    /// Bytes before the archive's own beginning, which its offsets do not count.
    before: usize,
    /// Number of members that it tells.
    told: u64,
}

impl Directory {
    pub(super) fn find(bytes: &[u8]) -> Option<Self> {
        // 22 bytes, and a comment whose length they tell; the right one ends with the file.
        let tail_at = bytes.len().saturating_sub(22 + 0xFFFF);
        let tail = bytes.get(tail_at..)?;
        let mut last = None;
        let exact = memmem::rfind_iter(tail, END).find(|&at| {
            last = last.or(Some(at));
            at + 22 + usize::from(u16_at(tail, at + 20)) == tail.len()
        });
        let end = tail_at + exact.or(last)?;
        let record = bytes.get(end..)?.get(..22)?;
        let mut told = u64::from(u16_at(record, 10));
        let mut len = u64::from(u32_at(record, 12));
        let mut offset = u64::from(u32_at(record, 16));
        let mut stop = end;
        if let Some(locator) = end.checked_sub(20)
            && bytes.get(locator..).is_some_and(|part| part.starts_with(LARGE_LOCATOR))
            && let Some(large) = locator.checked_sub(56)
            && let Some(record) = bytes.get(large..).filter(|part| part.starts_with(LARGE_END))
        {
            (told, len, offset) = (u64_at(record, 32), u64_at(record, 40), u64_at(record, 48));
            stop = large;
        }
        let (len, offset) = (usize::try_from(len).ok()?, usize::try_from(offset).ok()?);
        let is_start = |at: usize| len == 0 || bytes.get(at..).is_some_and(|part| part.starts_with(RECORD));
        // The directory stands right before its end, wherever its offset says: what was put before the archive moved it.
        if let Some(start) = stop.checked_sub(len).filter(|&start| is_start(start))
            && let Some(before) = start.checked_sub(offset)
        {
            return Some(Self { start, end: stop, before, told });
        }
        is_start(offset).then_some(Self { start: offset, end: stop, before: 0, told })
    }

    /// The members, in its order.
    pub(super) fn entries<'a>(&self, bytes: &'a [u8]) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let (mut at, end, before) = (self.start, self.end, self.before);
        std::iter::from_fn(move || {
            let header = bytes.get(at..end)?.get(..RECORD_LEN)?;
            if !header.starts_with(RECORD) {
                return None;
            }
            let name_at = at + RECORD_LEN;
            let extra_at = name_at + usize::from(u16_at(header, 28));
            let comment_at = extra_at + usize::from(u16_at(header, 30));
            let name = bytes.get(name_at..extra_at)?;
            let extra = bytes.get(extra_at..comment_at)?;
            at = comment_at + usize::from(u16_at(header, 32));
            let (mut packed, mut size) = (u64::from(u32_at(header, 20)), u64::from(u32_at(header, 24)));
            let mut offset = u64::from(u32_at(header, 42));
            large_sizes(extra, &mut size, &mut packed, Some(&mut offset));
            // Only Unix and macOS keep modes in the upper half of the attributes; others leave it zero.
            let mode = u32_at(header, 38) >> 16;
            let local = usize::try_from(offset).unwrap_or(usize::MAX).saturating_add(before);
            Some(Entry {
                name,
                flags: u16_at(header, 8),
                method: u16_at(header, 10),
                packed,
                size,
                crc: u32_at(header, 16),
                time: u16_at(header, 12),
                mode,
                aes: Aes::of(extra),
                at: local,
            })
        })
    }

    /// What is wrong with the number of members that it tells.
    pub(super) fn miscounts(&self, bytes: &[u8]) -> Option<String> {
        let count = self.entries(bytes).count() as u64;
        // The field has 16 bits; writers that do not know Zip64 let it wrap.
        (count & 0xFFFF != self.told & 0xFFFF)
            .then(|| format!("the directory tells {} members and lists {count}", self.told))
    }

    /// The bytes that it covers.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end.max(self.start)
    }
}
