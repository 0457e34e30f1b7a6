//! Printable strings of binary content, in ASCII and UTF-16.

/// Shortest string that is kept, in characters.
const LEAST: usize = 6;
/// Most text that is kept of one file, in bytes.
const MOST: usize = 2 << 20;

/// The strings of `bytes`, one in a line: those of ASCII first, then those of UTF-16 (little-endian, as Windows has it).
pub(super) fn of(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for &byte in bytes {
        step(char::from(byte), byte.is_ascii(), &mut run, &mut out);
    }
    flush(&mut run, &mut out);
    for start in [0, 1] {
        let units = bytes.get(start..).unwrap_or_default().as_chunks::<2>().0;
        for &unit in units {
            step(char::from(unit[0]), unit[1] == 0 && unit[0].is_ascii(), &mut run, &mut out);
        }
        flush(&mut run, &mut out);
    }
    out
}

fn step(c: char, is_ascii: bool, run: &mut String, out: &mut String) {
    if is_ascii && (c == '\t' || !c.is_ascii_control()) {
        run.push(c);
    } else if !run.is_empty() {
        flush(run, out);
    }
}

fn flush(run: &mut String, out: &mut String) {
    if run.len() >= LEAST && out.len() + run.len() < MOST {
        out.push_str(run);
        out.push('\n');
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_both_widths() {
        let mut bytes = b"\0\x01short\0https://h.invalid/x\0\xFF\xFE".to_vec();
        bytes.extend("wide text".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(of(&bytes), "https://h.invalid/x\nwide text\n");
        assert_eq!(of(&[]), "");
    }
}
