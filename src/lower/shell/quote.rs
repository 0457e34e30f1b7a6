//! ANSI-C quoting: what `$'…'` says.

/// Decodes the inside of `$'…'` as bash does (Bash manual, 3.1.2.4): a NUL ends the text, bytes may form UTF-8.
pub(super) fn ansi_c(inner: &str) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        let (before, from) = rest.split_at(at);
        push_without_cr(&mut out, before);
        let mut chars = from.chars();
        chars.next();
        let Some(letter) = chars.next() else {
            out.push(b'\\');
            rest = "";
            break;
        };
        let behind = chars.as_str();
        rest = behind;
        let byte = match letter {
            'a' => 7,
            'b' => 8,
            'e' | 'E' => 27,
            'f' => 12,
            'n' => b'\n',
            'r' => b'\r',
            't' => b'\t',
            'v' => 11,
            '\\' | '\'' | '"' | '?' => letter as u8,
            '0'..='7' => {
                let (value, len) = number(from.get(1..).unwrap_or_default(), 8, 3);
                rest = from.get(1 + len..).unwrap_or_default();
                (value & 0xFF) as u8
            }
            'x' if behind.starts_with('{') => {
                let (value, len) = number(behind.get(1..).unwrap_or_default(), 16, 8);
                let close = usize::from(behind.get(1 + len..).is_some_and(|after| after.starts_with('}')));
                rest = behind.get(1 + len + close..).unwrap_or_default();
                (value & 0xFF) as u8
            }
            'x' | 'u' | 'U' => {
                let digits = match letter {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let (value, len) = number(behind, 16, digits);
                rest = behind.get(len..).unwrap_or_default();
                if len == 0 {
                    out.extend([b'\\', letter as u8]);
                    continue;
                }
                if letter != 'x' {
                    let decoded = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                    if decoded == '\0' {
                        return String::from_utf8_lossy(&out).into_owned();
                    }
                    out.extend(decoded.encode_utf8(&mut [0; 4]).as_bytes());
                    continue;
                }
                value as u8
            }
            'c' => match behind.chars().next() {
                Some(control) if control.is_ascii() => {
                    rest = behind.get(1..).unwrap_or_default();
                    if control == '?' { 127 } else { control.to_ascii_uppercase() as u8 & 0x1F }
                }
                _ => {
                    out.extend(b"\\c");
                    continue;
                }
            },
            other => {
                out.push(b'\\');
                out.extend(other.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
        };
        if byte == 0 {
            return String::from_utf8_lossy(&out).into_owned();
        }
        out.push(byte);
    }
    push_without_cr(&mut out, rest);
    String::from_utf8_lossy(&out).into_owned()
}

fn push_without_cr(out: &mut Vec<u8>, text: &str) {
    if text.contains("\r\n") {
        out.extend(text.replace("\r\n", "\n").as_bytes());
    } else {
        out.extend(text.as_bytes());
    }
}

/// The number at the start of `text` and how many digits it has.
fn number(text: &str, radix: u32, most: usize) -> (u32, usize) {
    let mut value = 0_u32;
    let mut len = 0;
    for digit in text.chars().take(most).map_while(|c| c.to_digit(radix)) {
        value = value.wrapping_mul(radix).wrapping_add(digit);
        len += 1;
    }
    (value, len)
}
