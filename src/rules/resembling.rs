//! Names that are nearly those of others.

/// Shortest name that can be nearly another: among shorter ones, honest neighbours abound.
const LEAST: usize = 5;

/// Whether `name` is one slip away from `known`: one letter more, less, another, or two neighbours changed round.
pub(super) fn is_one_slip(name: &str, known: &str) -> bool {
    let (name, known): (Vec<char>, Vec<char>) = (name.chars().collect(), known.chars().collect());
    if known.len() < LEAST || name.len().abs_diff(known.len()) > 1 || name == known {
        return false;
    }
    let start = name.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (name, known) = (&name[start..], &known[start..]);
    let end = name.iter().rev().zip(known.iter().rev()).take_while(|(a, b)| a == b).count();
    let (name, known) = (&name[..name.len() - end], &known[..known.len() - end]);
    match (name, known) {
        // A number at the end, or one more, tells editions apart and deceives nobody.
        ([one], []) | ([], [one]) => !one.is_ascii_digit() && !matches!(one, '-' | '_' | '.'),
        ([a], [b]) => {
            let are_digits = a.is_ascii_digit() && b.is_ascii_digit();
            let has_mark = [a, b].into_iter().any(|letter| "-_.".contains(*letter));
            !are_digits && !has_mark
        }
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// The name that is compared: of a package without version, extras and scope; letters that look like others as those.
pub(super) fn bare(name: &str) -> String {
    let name = name.trim();
    let scoped = name.strip_prefix('@').and_then(|rest| rest.split_once('/')).map_or(name, |(_, own)| own);
    let end = scoped.find(['@', '=', '<', '>', '~', '!', '[', ';']).unwrap_or(scoped.len());
    scoped[..end].trim_end().chars().flat_map(char::to_lowercase).map(plain).collect()
}

/// The ASCII letter that a letter of another script looks like.
fn plain(c: char) -> char {
    match c {
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' => 'h',
        'і' | 'ı' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ո' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ѡ' | 'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_names() {
        for name in ["reqeusts", "request5", "rquests", "requessts", "requests1x"] {
            assert_eq!(is_one_slip(name, "requests"), !name.ends_with("1x"), "{name}");
        }
        for name in ["requests", "requests2", "requests-", "httpx", "grequests2"] {
            assert!(!is_one_slip(name, "requests"), "{name}");
        }
        assert!(!is_one_slip("vue2", "vue3") && !is_one_slip("nex", "next"));
    }

    #[test]
    fn names_are_bared() {
        for (name, expected) in [
            ("requests==2.0", "requests"),
            ("@acme/lodash@1.2", "lodash"),
            ("Flask[async]>=2", "flask"),
            ("rеquests", "requests"),
        ] {
            assert_eq!(bare(name), expected);
        }
    }
}
