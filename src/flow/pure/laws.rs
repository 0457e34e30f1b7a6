//! Laws of folding, whatever the texts.
#![allow(clippy::unwrap_used)]

use std::io::Write as _;

use proptest::prelude::*;

use super::{binary, compute, elements, method, slice};
use crate::document::Language;
use crate::flow::{Shape, Value, decode};
use crate::lower::operation::Operator;

const LIMIT: usize = 1 << 20;

fn text(text: &str) -> Value {
    Value::text(text, None)
}

fn add(one: &Value, two: &Value) -> Option<String> {
    match binary(Operator::Add, one, two, Language::Python, LIMIT, None) {
        Some(sum) => sum.constant(),
        // What is no sum of numbers or lists is joined.
        None => Value::concat(vec![one.clone(), two.clone()], None).constant(),
    }
}

fn python(receiver: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    method(&text(receiver), name, arguments, Language::Python, LIMIT, None)
}

/// Bytes in each of the codes that can be undone, by its name.
fn encoded(scheme: &str, plain: &[u8]) -> Vec<u8> {
    let deflated = |mut writer: flate2::write::GzEncoder<Vec<u8>>| {
        writer.write_all(plain).unwrap();
        writer.finish().unwrap()
    };
    match scheme {
        "base64" => data_encoding::BASE64.encode(plain).into_bytes(),
        "base64url" => data_encoding::BASE64URL.encode(plain).into_bytes(),
        "base32" => data_encoding::BASE32.encode(plain).into_bytes(),
        "hex" => data_encoding::HEXLOWER.encode(plain).into_bytes(),
        "url" => plain.iter().flat_map(|byte| format!("%{byte:02x}").into_bytes()).collect(),
        "gzip" => deflated(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast())),
        "zlib" => {
            let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            writer.write_all(plain).unwrap();
            writer.finish().unwrap()
        }
        "base85" => {
            digits85(plain, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~")
        }
        "ascii85" => digits85(plain, &(b'!'..=b'u').collect::<Vec<u8>>()),
        "uu" => uu(plain),
        "bz2" => {
            let mut writer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
            writer.write_all(plain).unwrap();
            writer.finish().unwrap()
        }
        "zstd" => ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest),
        "xz" => xz(plain),
        // These are their own inverses.
        _ => decode::decode(scheme, plain, Some(b"key"), LIMIT).unwrap(),
    }
}

/// Four bytes as five digits, highest first; of a last group of fewer bytes one digit more than it has bytes.
fn digits85(plain: &[u8], alphabet: &[u8]) -> Vec<u8> {
    let group = |bytes: &[u8]| {
        let number = (0..4).fold(0_u32, |sum, at| sum << 8 | u32::from(bytes.get(at).copied().unwrap_or(0)));
        let digits = [52_200_625, 614_125, 7_225, 85, 1].map(|weight| alphabet[(number / weight % 85) as usize]);
        digits.into_iter().take(bytes.len() + 1).collect::<Vec<u8>>()
    };
    plain.chunks(4).flat_map(group).collect()
}

/// Lines of 45 bytes, three as four digits, each behind its length.
fn uu(plain: &[u8]) -> Vec<u8> {
    let digit = |number: u32| if number == 0 { b'`' } else { b' ' + number as u8 };
    let mut out = b"begin 644 a\n".to_vec();
    for line in plain.chunks(45) {
        out.push(digit(line.len() as u32));
        for bytes in line.chunks(3) {
            let number = (0..3).fold(0_u32, |sum, at| sum << 8 | u32::from(bytes.get(at).copied().unwrap_or(0)));
            out.extend([18, 12, 6, 0].map(|shift| digit(number >> shift & 63)));
        }
        out.push(b'\n');
    }
    out.extend(b"`\nend\n");
    out
}

/// A stream of one block whose LZMA2 chunks are stored and not compressed (the .xz file format 1.1.0, sections 2 to 4).
fn xz(plain: &[u8]) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        crc.sum().to_le_bytes()
    };
    let padded = |bytes: &mut Vec<u8>| bytes.resize(bytes.len().next_multiple_of(4), 0);
    let flags = [0, 1];
    let mut out = b"\xfd7zXZ\0".to_vec();
    out.extend(flags.iter().chain(&crc(&flags)));
    let header = [2, 0, 0x21, 1, 0, 0, 0, 0];
    let mut block: Vec<u8> = header.iter().chain(&crc(&header)).copied().collect();
    block.push(1);
    block.extend((plain.len() as u16 - 1).to_be_bytes());
    block.extend(plain);
    block.push(0);
    let unpadded = block.len() + 4;
    padded(&mut block);
    block.extend(crc(plain));
    out.extend(block);
    let mut index = vec![0, 1];
    for mut number in [unpadded, plain.len()] {
        while number > 0x7f {
            index.push(number as u8 | 0x80);
            number >>= 7;
        }
        index.push(number as u8);
    }
    padded(&mut index);
    let sum = crc(&index);
    index.extend(sum);
    let mut end = (index.len() as u32 / 4 - 1).to_le_bytes().to_vec();
    end.extend(flags);
    out.extend(index.iter().chain(&crc(&end)).chain(&end));
    out.extend(b"YZ");
    out
}

proptest! {
    #[test]
    fn a_sum_of_texts_is_the_texts_one_after_the_other(a in "[^0-9]\\PC{0,40}", b in "\\PC{0,40}", c in "\\PC{0,40}") {
        let sum = add(&text(&a), &text(&b)).unwrap();
        prop_assert_eq!(&sum, &format!("{a}{b}"));
        prop_assert_eq!(add(&text(&sum), &text(&c)).unwrap(), format!("{a}{b}{c}"));
    }

    #[test]
    fn formats_put_texts_together(a in "[a-z /|]{0,20}", b in "[a-z /|]{0,20}") {
        let both = format!("{a}{b}");
        let given = [text(&a), text(&b)];
        prop_assert_eq!(python("{}{}", "format", &given).unwrap().constant().unwrap(), both.clone());
        let list = Value::list(given.to_vec(), None);
        let percent = binary(Operator::Percent, &text("%s%s"), &list, Language::Python, LIMIT, None);
        prop_assert_eq!(percent.unwrap().constant().unwrap(), both.clone());
        prop_assert_eq!(python("", "join", &[list]).unwrap().constant().unwrap(), both);
    }

    #[test]
    fn what_is_split_and_joined_is_the_same(plain in "[a-z,;]{0,60}") {
        let pieces = python(&plain, "split", &[text(",")]).unwrap();
        prop_assert_eq!(python(",", "join", &[pieces]).unwrap().constant().unwrap(), plain);
    }

    #[test]
    fn reversed_twice_is_the_same(plain in "\\PC{0,60}") {
        let turned = |text: Value| slice(&text, &[None, None, Some(Value::text("-1", None))], None).unwrap();
        prop_assert_eq!(turned(turned(text(&plain))).constant().unwrap(), plain);
    }

    #[test]
    fn a_text_is_its_characters(plain in "\\PC{0,60}") {
        let characters = elements(&text(&plain)).unwrap();
        let codes: Vec<Value> =
            characters.iter().map(|one| compute("ord", std::slice::from_ref(one), LIMIT, None).unwrap()).collect();
        let back = compute("char", &[Value::list(codes, None)], LIMIT, None).unwrap();
        prop_assert_eq!(back.constant().unwrap(), plain);
    }

    #[test]
    fn slices_are_those_of_python(plain in "[a-z]{0,12}", from in -15_i64..15, to in -15_i64..15) {
        let characters: Vec<char> = plain.chars().collect();
        let len = i64::try_from(characters.len()).unwrap();
        let at = |index: i64| usize::try_from(if index < 0 { (index + len).max(0) } else { index.min(len) }).unwrap();
        let expected: String = characters.get(at(from)..at(to).max(at(from))).unwrap().iter().collect();
        let bounds = [Some(Value::text(from.to_string(), None)), Some(Value::text(to.to_string(), None)), None];
        prop_assert_eq!(slice(&text(&plain), &bounds, None).unwrap().constant().unwrap(), expected);
    }

    #[test]
    fn what_is_encoded_is_decoded(plain in "[ -~\\n]{4,80}") {
        for scheme in ["base64", "base64url", "base32", "hex", "url", "gzip", "zlib", "rot13", "reverse", "xor", "base85", "ascii85", "uu", "bz2", "zstd", "xz"] {
            let code = encoded(scheme, plain.as_bytes());
            let back = decode::decode(scheme, &code, Some(b"key"), LIMIT);
            prop_assert_eq!(back.as_deref(), Some(plain.as_bytes()), "{}", scheme);
        }
        let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let back = decode::decode("utf-16le", &wide, None, LIMIT);
        prop_assert_eq!(back.as_deref(), Some(plain.as_bytes()));
    }

    #[test]
    fn numbers_become_bytes_and_texts_again(plain in "[a-z][ -~]{0,40}") {
        let number = format!("0x{}", data_encoding::HEXLOWER.encode(plain.as_bytes()));
        let back = compute("int-to-bytes", &[text(&number)], LIMIT, None).unwrap();
        prop_assert_eq!(back.constant().unwrap(), plain);
    }

    #[test]
    fn nothing_that_is_computed_is_longer_than_allowed(plain in "[a-z]{1,20}", times in 0_i64..1_000_000_000) {
        let many = binary(Operator::Multiply, &text(&plain), &Value::text(times.to_string(), None), Language::Python, 4096, None);
        let len = many.as_ref().map_or(0, |many| match many.bare().shape() {
            Shape::Text(text) => text.len(),
            _ => usize::MAX,
        });
        prop_assert!(len <= 4096);
    }
}
