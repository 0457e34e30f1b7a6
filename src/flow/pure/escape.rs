//! Backslash escapes of shells.

#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

/// Resolves backslash escapes as `echo -e` and ANSI-C quotes do.
pub(in crate::flow) fn escapes(text: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut buffer = [0; 4];
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.extend(character.encode_utf8(&mut buffer).as_bytes());
            continue;
        }
        let Some(kind) = characters.next() else {
            out.push(b'\\');
            break;
        };
        let mut digits = |radix: u32, most: usize, first: Option<u32>| {
            let mut number = first.unwrap_or(0);
            let mut count = usize::from(first.is_some());
            while count < most
                && let Some(digit) = characters.peek().and_then(|c| c.to_digit(radix))
            {
                number = number.wrapping_mul(radix).wrapping_add(digit);
                characters.next();
                count += 1;
            }
            (count > 0).then_some(number)
        };
        match kind {
            'n' => out.push(b'\n'),
            't' => out.push(b'\t'),
            'r' => out.push(b'\r'),
            'a' => out.push(7),
            'b' => out.push(8),
            'e' | 'E' => out.push(27),
            'f' => out.push(12),
            'v' => out.push(11),
            '0' => out.push(digits(8, 3, None).unwrap_or(0) as u8),
            '1'..='7' => out.push(digits(8, 3, kind.to_digit(8)).unwrap_or(0) as u8),
            'x' => match digits(16, 2, None) {
                Some(byte) => out.push(byte as u8),
                None => out.extend(b"\\x"),
            },
            'u' | 'U' => {
                let found = digits(16, if kind == 'u' { 4 } else { 8 }, None).and_then(char::from_u32);
                match found {
                    Some(character) => out.extend(character.encode_utf8(&mut buffer).as_bytes()),
                    None => out.extend([b'\\', kind as u8]),
                }
            }
            '\\' | '\'' | '"' | '?' => out.push(kind as u8),
            other => {
                out.push(b'\\');
                out.extend(other.encode_utf8(&mut buffer).as_bytes());
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
