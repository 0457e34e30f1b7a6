use super::super::{u16_at, u32_at, u64_at};
use super::Entry;
use super::winzip::Aes;

pub(super) const SIGNATURE: &[u8] = b"PK\x03\x04";
const LEN: usize = 30;

/// A member's own header.
#[derive(Debug)]
pub(super) struct Local<'a> {
    pub(super) entry: Entry<'a>,
    /// Where the packed data begins.
    pub(super) data: usize,
    version: u16,
}

impl<'a> Local<'a> {
    /// The header at `at`.
    pub(super) fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let header = bytes.get(at..)?.get(..LEN)?;
        if !header.starts_with(SIGNATURE) {
            return None;
        }
        let name_len = usize::from(u16_at(header, 26));
        let extra_len = usize::from(u16_at(header, 28));
        let name = bytes.get(at + LEN..at + LEN + name_len)?;
        let extra = bytes.get(at + LEN + name_len..at + LEN + name_len + extra_len)?;
        let (mut size, mut packed) = (u64::from(u32_at(header, 22)), u64::from(u32_at(header, 18)));
        large_sizes(extra, &mut size, &mut packed, None);
        let entry = Entry {
            name,
            flags: u16_at(header, 6),
            method: u16_at(header, 8),
            packed,
            size,
            crc: u32_at(header, 14),
            time: u16_at(header, 10),
            mode: 0,
            aes: Aes::of(extra),
            at,
        };
        Some(Self { entry, data: at + LEN + name_len + extra_len, version: u16_at(header, 4) })
    }

    /// Whether it is a header and not four bytes that look like one.
    pub(super) fn is_plausible(&self) -> bool {
        let Entry { name, method, .. } = self.entry;
        self.version & 0xFF <= 63 && !name.is_empty() && !name.contains(&0) && matches!(method, 0..=20 | 93..=99)
    }
}

/// Sizes over 4 GiB stand in an extra field (Zip64), each only where its own field is full of ones.
pub(super) fn large_sizes(mut extra: &[u8], size: &mut u64, packed: &mut u64, offset: Option<&mut u64>) {
    const FULL: u64 = u32::MAX as u64;
    while extra.len() >= 4 {
        let len = usize::from(u16_at(extra, 2));
        if u16_at(extra, 0) == 1 {
            let field = extra.get(4..4 + len).unwrap_or_default();
            let mut at = 0;
            for value in [Some(size), Some(packed), offset].into_iter().flatten() {
                if *value == FULL && field.len() >= at + 8 {
                    *value = u64_at(field, at);
                    at += 8;
                }
            }
            return;
        }
        extra = extra.get(4 + len..).unwrap_or_default();
    }
}
