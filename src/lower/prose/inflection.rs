//! English verb and noun forms, made at load time from the base form.

/// The form in which a verb is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// `send`.
    Base,
    /// `sends`.
    Third,
    /// `sending`.
    Gerund,
    /// `sent`.
    Past,
}

/// Every form of a regular verb. Irregular pasts are listed in the grammar.
pub(super) fn verb_forms(base: &str) -> Vec<(String, Form)> {
    let mut forms = vec![(base.to_owned(), Form::Base), (third(base), Form::Third)];
    forms.push((gerund(base), Form::Gerund));
    forms.push((past(base), Form::Past));
    forms
}

/// The plural of a noun, and the noun itself.
pub(super) fn noun_forms(base: &str) -> [String; 2] {
    [base.to_owned(), third(base)]
}

fn third(base: &str) -> String {
    if let Some(stem) = base.strip_suffix('y')
        && !ends_in_vowel(stem)
    {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh", "o"].iter().any(|ending| base.ends_with(ending)) {
        return format!("{base}es");
    }
    format!("{base}s")
}

fn gerund(base: &str) -> String {
    if let Some(stem) = base.strip_suffix("ie") {
        return format!("{stem}ying");
    }
    if let Some(stem) = base.strip_suffix('e')
        && !stem.ends_with('e')
    {
        return format!("{stem}ing");
    }
    format!("{}ing", doubled(base))
}

fn past(base: &str) -> String {
    if base.ends_with('e') {
        return format!("{base}d");
    }
    if let Some(stem) = base.strip_suffix('y')
        && !ends_in_vowel(stem)
    {
        return format!("{stem}ied");
    }
    format!("{}ed", doubled(base))
}

/// Doubles the last consonant of a short verb: `run` → `runn`, `grab` → `grabb`, but `visit` → `visit`.
fn doubled(base: &str) -> String {
    let letters: Vec<char> = base.chars().collect();
    let is_vowel = |c: char| "aeiou".contains(c);
    if let [.., before, middle, last] = letters.as_slice()
        && letters.iter().filter(|c| is_vowel(**c)).count() == 1
        && !is_vowel(*before)
        && is_vowel(*middle)
        && !is_vowel(*last)
        && !"wxy".contains(*last)
    {
        return format!("{base}{last}");
    }
    base.to_owned()
}

fn ends_in_vowel(stem: &str) -> bool {
    stem.ends_with(['a', 'e', 'i', 'o', 'u'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_inflect_as_english_does() {
        for (base, expected) in [
            ("download", ["download", "downloads", "downloading", "downloaded"]),
            ("grab", ["grab", "grabs", "grabbing", "grabbed"]),
            ("copy", ["copy", "copies", "copying", "copied"]),
            ("paste", ["paste", "pastes", "pasting", "pasted"]),
            ("visit", ["visit", "visits", "visiting", "visited"]),
            ("push", ["push", "pushes", "pushing", "pushed"]),
            ("obey", ["obey", "obeys", "obeying", "obeyed"]),
        ] {
            let forms: Vec<String> = verb_forms(base).into_iter().map(|(form, _)| form).collect();
            assert_eq!(forms, expected);
        }
    }
}
