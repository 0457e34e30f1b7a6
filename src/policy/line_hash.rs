use std::collections::HashMap;

/// Units that one hash covers.
const BLOCK: usize = 100;
/// Base of the polynomial.
const BASE: u64 = 37;
/// The unit that ends a text.
const END: u16 = 65_535;

/// The hash of every line of one text that GitHub code scanning knows as `primaryLocationLineHash`.
///
/// It must be what `github/codeql-action/upload-sarif` computes, else alerts close and open again when lines move:
/// a 64-bit polynomial over the 100 UTF-16 units from the start of the line, blanks and tabs left out, CR and CRLF
/// taken as LF, the text ended by unit 65535 and zeros; in lower-case hex without padding, then `:` and which
/// occurrence of that hash in the text it is.
#[derive(Debug)]
pub struct LineHashes {
    /// The hash of each line, and which occurrence of it in the text it is.
    lines: Vec<(u64, u32)>,
}

impl LineHashes {
    /// Hashes every line of `text`, in one pass.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let (units, starts) = units_of(text);
        // `prefix[n]` is the polynomial of the first n units, so that a block is the difference of two.
        let mut prefix = Vec::with_capacity(units.len() + 1);
        let mut sum = 0_u64;
        prefix.push(sum);
        for &unit in &units {
            sum = sum.wrapping_mul(BASE).wrapping_add(u64::from(unit));
            prefix.push(sum);
        }
        let mut seen: HashMap<u64, u32> = HashMap::new();
        let lines = starts.into_iter().map(|start| {
            let end = (start + BLOCK).min(units.len());
            let within = prefix[end].wrapping_sub(prefix[start].wrapping_mul(power(end - start)));
            let hash = within.wrapping_mul(power(BLOCK - (end - start)));
            let occurrence = seen.entry(hash).or_default();
            *occurrence += 1;
            (hash, *occurrence)
        });
        Self { lines: lines.collect() }
    }

    /// The hash of line `line` (from 1).
    #[must_use]
    pub fn of(&self, line: u32) -> Option<String> {
        self.lines.get((line as usize).checked_sub(1)?).map(|(hash, occurrence)| format!("{hash:x}:{occurrence}"))
    }
}

/// The units that count, the end unit included, and the index of the first one of every line.
fn units_of(text: &str) -> (Vec<u16>, Vec<usize>) {
    let (mut units, mut starts) = (Vec::with_capacity(text.len() + 1), vec![0]);
    let mut after_cr = false;
    for unit in text.encode_utf16() {
        let is_second_half_of_crlf = after_cr && unit == u16::from(b'\n');
        after_cr = unit == u16::from(b'\r');
        if is_second_half_of_crlf || unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        if after_cr || unit == u16::from(b'\n') {
            units.push(u16::from(b'\n'));
            starts.push(units.len());
        } else {
            units.push(unit);
        }
    }
    units.push(END);
    (units, starts)
}

fn power(exponent: usize) -> u64 {
    BASE.wrapping_pow(exponent as u32)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn hashes(text: &str) -> Vec<String> {
        let hashes = LineHashes::new(text);
        (1..).map_while(|line| hashes.of(line)).collect()
    }

    /// Vectors that the codeql-action project publishes with its implementation.
    #[test]
    fn agrees_with_the_published_vectors() {
        assert_eq!(hashes(""), ["c129715d7a2bc9a3:1"]);
        let lines = ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"];
        assert_eq!(hashes(" a\nb\n  \t\tc\n d"), lines);
    }

    #[test]
    fn line_endings_and_blanks_do_not_matter() {
        let unix = hashes("one\ntwo\n\nthree");
        assert_eq!(hashes("one\r\ntwo\r\n\r\nthree"), unix);
        assert_eq!(hashes("one\rtwo\r\rthree"), unix);
        assert_eq!(hashes("\tone \n t w o\n  \nthree  "), unix);
    }

    #[test]
    fn equal_blocks_are_numbered() {
        let text = "x\n".repeat(200);
        let hashes = hashes(&text);
        let first = hashes[0].split(':').next().unwrap();
        assert_eq!(hashes[1], format!("{first}:2"), "the same 100 units follow");
        assert_ne!(hashes[199].split(':').next().unwrap(), first, "the end is near");
        assert_eq!(LineHashes::new("a").of(0), None);
        assert_eq!(LineHashes::new("a").of(2), None);
    }

    /// The same by the definition: one block at a time.
    #[test]
    fn a_rolling_hash_is_the_hash_of_each_block() {
        let text = "The 🦀 quick\r\nbrown fox\tjumps over\n\n the lazy dog".repeat(9);
        let (units, starts) = units_of(&text);
        for (line, &start) in starts.iter().enumerate() {
            let hash = (start..start + BLOCK)
                .map(|at| u64::from(units.get(at).copied().unwrap_or(0)))
                .fold(0_u64, |hash, unit| hash.wrapping_mul(BASE).wrapping_add(unit));
            assert!(hashes(&text)[line].starts_with(&format!("{hash:x}:")));
        }
    }
}
