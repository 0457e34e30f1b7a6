//! Functions and methods of languages that are pure.

// Positions are clamped to lengths of texts, which are far below 2^63.
#![allow(clippy::cast_sign_loss, clippy::cast_possible_wrap)]

use super::slice;
use super::{Here, compute, int, number};
use crate::document::Language;
use crate::flow::{Shape, Value};

/// A builtin function of a language, by its full name.
pub(in crate::flow) fn call(
    name: &str,
    arguments: &[Value],
    language: Language,
    limit: usize,
    here: Here,
) -> Option<Value> {
    let function = match (language, name) {
        (Language::Python, "pow") => return power(arguments, here),
        (Language::Python, "chr" | "unichr") => "char",
        (Language::Python, "ord") => "ord",
        (Language::Python, "str") if arguments.len() == 1 => "str",
        (Language::Python, "str") => "decode-text",
        (Language::Python, "bytes" | "bytearray") if arguments.is_empty() => {
            return Some(Value::raw_bytes(Vec::new(), here));
        }
        (Language::Python, "bytes" | "bytearray") => "bytes",
        (Language::Python, "bytes.fromhex" | "bytearray.fromhex") => "hex-decode",
        (Language::Python, "int") => "int",
        (Language::Python, "hex") => "hex",
        (Language::Python, "len") => "length",
        (Language::Python, "list" | "tuple" | "iter" | "set" | "frozenset" | "collections.deque") => "list",
        (Language::Python, "dict" | "collections.OrderedDict" | "types.MappingProxyType") => "dict",
        (Language::Python, "sorted") => "sorted",
        (Language::Python, "next") => "first",
        (Language::Python, "min") => "smallest",
        (Language::Python, "max") => "largest",
        (Language::Python, "any") => "any",
        (Language::Python, "all") => "all",
        (Language::Python, "itertools.chain") => "chain",
        (Language::Python, "itertools.chain.from_iterable") => "chain-all",
        (Language::Python, "itertools.accumulate") if arguments.len() == 1 => "accumulate",
        (Language::Python, "itertools.islice") => "islice",
        (Language::Python, "itertools.repeat") => "repeated",
        (Language::Python, "ast.literal_eval") => "literal",
        (Language::Python, "re.findall" | "regex.findall") => "find-regex",
        (Language::Python, "re.split" | "regex.split") => "split-regex",
        (Language::Python, "shlex.join" | "subprocess.list2cmdline") => {
            let words: Vec<String> = super::elements(arguments.first()?)?.iter().map(quoted).collect::<Option<_>>()?;
            return Some(Value::text(words.join(" "), here));
        }
        (Language::Python, "abs") => return int(arguments.first()?).map(|value| number(value.abs(), here)),
        (Language::Python, "divmod") => {
            let (one, two) = (int(arguments.first()?)?, int(arguments.get(1)?)?);
            let parts = [one.checked_div_euclid(two)?, one.checked_rem_euclid(two)?];
            return Some(Value::list(parts.into_iter().map(|part| number(part, here)).collect(), here));
        }
        (Language::Python, "Crypto.Util.number.long_to_bytes") => "int-to-bytes",
        (Language::Python, "reversed") => "reverse",
        (Language::Python, "range" | "xrange") => "range",
        (Language::Python, "zip") => "zip",
        (Language::Python, "enumerate") => "enumerate",
        (Language::Python, "itertools.cycle") => "cycle",
        (Language::Python, "str.maketrans") => "make-translation",
        (Language::Python, "str.join") => "join",
        (Language::Python, "str.format") => "format",
        (Language::Python, "os.path.join" | "posixpath.join") => "path-join",
        (Language::Python, "os.path.dirname") => "path-dirname",
        (Language::Python, "os.path.basename") => "path-basename",
        (
            Language::Python,
            "os.path.expanduser" | "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.path.expandvars",
        ) => "path-normalize",
        (Language::PowerShell, "char") => "char",
        (Language::PowerShell, "string") => "str",
        (Language::PowerShell, _) => return None,
        (_, "String.fromCharCode" | "String.fromCodePoint") => "from-char-codes",
        (_, "String" | "String.raw") => "str",
        (_, "parseInt" | "Number") => "int",
        (_, "unescape") => "unescape",
        (_, "decodeURIComponent" | "decodeURI") => "url-decode",
        (_, "atob") => "base64-decode",
        (_, "btoa") => "base64-encode",
        (_, "Array.from") => "list",
        (_, "JSON.parse") => "json-parse",
        (_, "path.join" | "path.resolve") => "path-join",
        (_, "path.dirname") => "path-dirname",
        (_, "path.basename") => "path-basename",
        _ => return None,
    };
    let value = compute(function, arguments, limit, here)?;
    let makes_bytes = language == Language::Python && matches!(function, "hex-decode" | "bytes");
    Some(if makes_bytes { as_bytes(value) } else { value })
}

/// A constant as a word of a command line.
fn quoted(value: &Value) -> Option<String> {
    let text = value.constant()?;
    let is_plain =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"@%+=:,./-_".contains(&byte));
    Some(if is_plain { text } else { format!("'{}'", text.replace('\'', "'\"'\"'")) })
}

/// The same as bytes, where it is constant.
pub(in crate::flow) fn as_bytes(value: Value) -> Value {
    match value.constant_bytes() {
        Some(bytes) => Value::raw_bytes(bytes, value.place()),
        None => value,
    }
}

/// `pow(base, exponent, modulus)`; a negative exponent takes the inverse.
fn power(arguments: &[Value], here: Here) -> Option<Value> {
    let (base, exponent) = (int(arguments.first()?)?, int(arguments.get(1)?)?);
    let Some(modulus) = arguments.get(2) else {
        return base.checked_pow(u32::try_from(exponent).ok()?).map(|power| number(power, here));
    };
    let modulus = i128::from(int(modulus)?);
    if modulus <= 1 {
        return None;
    }
    let mut base = i128::from(base).rem_euclid(modulus);
    if exponent < 0 {
        // Euclid's extended algorithm.
        let (mut old, mut new, mut coefficient, mut next) = (base, modulus, 1_i128, 0_i128);
        while new != 0 {
            let quotient = old / new;
            (old, new) = (new, old - quotient * new);
            (coefficient, next) = (next, coefficient - quotient * next);
        }
        if old != 1 {
            return None;
        }
        base = coefficient.rem_euclid(modulus);
    }
    let mut exponent = exponent.unsigned_abs();
    let mut result = 1_i128;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    i64::try_from(result).ok().map(|result| number(result, here))
}

/// A method of a constant, by its name in any language.
pub(in crate::flow) fn method(
    receiver: &Value,
    name: &str,
    arguments: &[Value],
    language: Language,
    limit: usize,
    here: Here,
) -> Option<Value> {
    let constant = matches!(receiver.bare().shape(), Shape::Text(_) | Shape::Bytes(_) | Shape::List(_))
        || receiver.constant().is_some();
    // `sep.join(parts)` and `'{}'.format(x)` work on parts that are not constant too.
    if !constant {
        return None;
    }
    let function = match name {
        "join" => "join",
        "replace" if language == Language::Python => "replace",
        "replace" | "replaceAll" | "Replace" => {
            arguments.first().and_then(Value::as_text)?;
            let text = receiver.constant()?;
            let (from, to) = (arguments.first()?.constant()?, arguments.get(1)?.constant()?);
            return Some(Value::text(
                if name == "replace" { text.replacen(&from, &to, 1) } else { text.replace(&from, &to) },
                here,
            ));
        }
        "format" => "format",
        "upper" | "toUpperCase" | "ToUpper" => "upper",
        "lower" | "toLowerCase" | "ToLower" | "casefold" => "lower",
        "capitalize" => "capitalize",
        "title" => "title",
        "swapcase" => "swap-case",
        "strip" | "trim" | "Trim" => "strip",
        "lstrip" | "trimStart" => "strip-left",
        "rstrip" | "trimEnd" => "strip-right",
        "split" if arguments.get(1).is_some() && language == Language::Python => {
            let times = usize::try_from(int(arguments.get(1)?)?).ok()?;
            let (text, by) = (receiver.constant()?, arguments.first()?.constant()?);
            let pieces = text.splitn(times.saturating_add(1), &by).map(|piece| Value::text(piece, here));
            return Some(Value::list(pieces.collect(), here));
        }
        "split" | "Split" => "split",
        "reverse" | "Reverse" | "toReversed" => "reverse",
        "slice" => "slice",
        "substring" => "substring",
        "substr" | "Substring" => {
            let start = int(arguments.first()?)?;
            let end = arguments.get(1).and_then(int).map(|count| start + count);
            return slice(receiver, &[Some(number(start, here)), end.map(|end| number(end, here)), None], here);
        }
        "charAt" | "at" => "char-at",
        "charCodeAt" | "codePointAt" => "ord",
        "repeat" => "repeat",
        "concat" => "concat",
        "encode" => "encode-text",
        "decode" => "decode-text",
        "hex" => "hex-encode",
        "fromhex" => "hex-decode",
        "translate" => "translate",
        "isalpha" => "is-alpha",
        "isdigit" | "isnumeric" | "isdecimal" => "is-digit",
        "isalnum" => "is-alnum",
        "isspace" => "is-space",
        "isupper" => "is-upper",
        "islower" => "is-lower",
        "startswith" | "startsWith" | "StartsWith" => "starts-with",
        "endswith" | "endsWith" | "EndsWith" => "ends-with",
        "includes" | "__contains__" if receiver.as_text().is_some() => "contains",
        "find" | "index" | "indexOf" if receiver.as_text().is_some() => "index-of",
        "rfind" | "rindex" | "lastIndexOf" if receiver.as_text().is_some() => "last-index-of",
        "index" | "indexOf" => {
            let wanted = arguments.first()?.constant()?;
            let found = super::elements(receiver)?.iter().position(|own| own.constant().as_deref() == Some(&wanted));
            return found.map(|at| number(at as i64, here));
        }
        "count" => "count",
        "partition" => "partition",
        "rpartition" => "partition-last",
        "rsplit" => "split-last",
        "removeprefix" => "without-prefix",
        "removesuffix" => "without-suffix",
        "rjust" | "padStart" => "fill-left",
        "ljust" | "padEnd" => "fill-right",
        "center" => "fill-both",
        "zfill" => "fill-zero",
        "to_bytes" => "int-to-bytes",
        "flat" => "flat",
        "__add__" | "__concat__" => "concat",
        "__mul__" => "repeat",
        "__getitem__" => return super::item(receiver, arguments.first()?, here),
        "toString" => match arguments.first().and_then(Value::constant).as_deref() {
            None | Some("utf8" | "utf-8" | "ascii" | "latin1" | "binary") => "str",
            Some("base64") => "base64-encode",
            Some("hex") => "hex-encode",
            _ => return None,
        },
        "splitlines" => "lines",
        "ToCharArray" => "list",
        _ => return None,
    };
    let mut inputs = vec![receiver.clone()];
    inputs.extend(arguments.iter().cloned());
    if function == "str" {
        inputs.truncate(1);
    }
    compute(function, &inputs, limit, here)
}
