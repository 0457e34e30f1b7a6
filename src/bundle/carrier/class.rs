//! Java classes: the texts of the constant pool (JVM specification, 4.4).

use super::{Origin, Reading};

/// Reads the constant pool. The code itself stays unread.
pub(super) fn read(bytes: &[u8]) -> Reading {
    let mut reading = Reading::default();
    let mut text = String::new();
    if pool(bytes, &mut text).is_some() {
        reading.text("strings.txt", text, Origin::Strings);
    } else {
        reading.strings("strings.txt", bytes);
    }
    reading
}

fn pool(bytes: &[u8], text: &mut String) -> Option<()> {
    let word =
        |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map(|chunk| usize::from(u16::from_be_bytes(*chunk)));
    let count = word(8)?;
    let (mut at, mut index) = (10, 1);
    while index < count {
        let len = match *bytes.get(at)? {
            1 => {
                let len = word(at + 1)?;
                text.push_str(&String::from_utf8_lossy(bytes.get(at + 3..at + 3 + len)?));
                text.push('\n');
                3 + len
            }
            3 | 4 | 9..=12 | 17 | 18 => 5,
            // Long and double take two places.
            5 | 6 => {
                index += 1;
                9
            }
            7 | 8 | 16 | 19 | 20 => 3,
            15 => 4,
            _ => return None,
        };
        at += len;
        index += 1;
    }
    Some(())
}
