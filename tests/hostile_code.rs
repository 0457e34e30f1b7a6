//! Code that is built to exhaust who reads it: nested, chained, doubled, circular. Each case is scanned as the program
//! scans (its pool, its stack), at a size and at twice that size: the time grows no more than the size, a notice says
//! where a bound was reached, and what was not read to its end is no `pass`.
#![allow(clippy::unwrap_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use skillscan::bundle::{BundlePath, Limits};
use skillscan::flow::{Budget, Models};
use skillscan::policy::{Config, Date, Outcome, Policy};
use skillscan::rules::Ruleset;
use skillscan::scan::{Pool, Scanned, Scanner};

/// How the time may grow when the size doubles. Twice is linear, four times is quadratic; tests run on busy machines.
const GROWTH: f64 = 3.5;
/// What is so fast that nothing can be said about how it grows.
const FAST: Duration = Duration::from_millis(400);
/// Times that a case is measured before its growth is believed.
const TRIES: u32 = 3;

struct Case {
    name: &'static str,
    /// The smaller size.
    size: usize,
    /// Whether a bound is reached at twice the size, so that a notice must say it and the verdict is at least `review`.
    is_cut: bool,
    /// Path and text of each file.
    make: fn(usize) -> Vec<(String, String)>,
}

fn one(path: &str, text: String) -> Vec<(String, String)> {
    vec![(path.to_owned(), text)]
}

/// `open` and `close`, each so many times, around `middle`.
fn nested(open: &str, middle: &str, close: &str, depth: usize) -> String {
    format!("{}{middle}{}\n", open.repeat(depth), close.repeat(depth))
}

const CASES: &[Case] = &[
    // Nesting.
    Case { name: "sh-brackets", size: 100_000, is_cut: true, make: |n| one("a.sh", nested("(", "id", ")", n)) },
    Case { name: "sh-substitutions", size: 50_000, is_cut: true, make: |n| one("a.sh", nested("$(", "id", ")", n)) },
    Case {
        name: "sh-quoted-substitutions",
        size: 50_000,
        is_cut: true,
        make: |n| one("a.sh", nested("\"$(", "id", ")\"", n)),
    },
    Case {
        name: "sh-conditions",
        size: 4_000,
        is_cut: true,
        make: |n| one("a.sh", nested("if a; then ", "id", "; fi", n)),
    },
    Case { name: "py-brackets", size: 100_000, is_cut: true, make: |n| one("a.py", nested("(", "1", ")", n)) },
    Case { name: "py-calls", size: 100_000, is_cut: true, make: |n| one("a.py", nested("f(", "1", ")", n)) },
    Case { name: "py-lists", size: 100_000, is_cut: true, make: |n| one("a.py", nested("[", "1", "]", n)) },
    Case {
        name: "py-blocks",
        size: 200,
        is_cut: false,
        make: |n| {
            let mut text = String::new();
            for depth in 0..n {
                let _ = writeln!(text, "{}if a:", " ".repeat(depth));
            }
            let _ = writeln!(text, "{}f()", " ".repeat(n));
            one("a.py", text)
        },
    },
    Case { name: "js-brackets", size: 100_000, is_cut: true, make: |n| one("a.js", nested("(", "1", ")", n)) },
    Case {
        name: "js-functions",
        size: 50_000,
        is_cut: true,
        make: |n| one("a.js", nested("(() => {", "f()", "})()", n)),
    },
    Case { name: "js-templates", size: 50_000, is_cut: true, make: |n| one("a.js", nested("`${", "f()", "}`", n)) },
    Case {
        name: "ts-types",
        size: 50_000,
        is_cut: false,
        make: |n| one("a.ts", format!("let a: {}", nested("A<", "B", ">", n))),
    },
    Case { name: "ps-brackets", size: 100_000, is_cut: true, make: |n| one("a.ps1", nested("(", "1", ")", n)) },
    Case { name: "ps-blocks", size: 50_000, is_cut: true, make: |n| one("a.ps1", nested("& { ", "id", " }", n)) },
    Case {
        name: "bat-blocks",
        size: 50_000,
        is_cut: true,
        make: |n| one("a.bat", nested("if a==a ( ", "dir", " )", n)),
    },
    // Chains.
    Case {
        name: "sh-pipes",
        size: 50_000,
        is_cut: false,
        make: |n| one("a.sh", format!("curl x{}\n", "|cat".repeat(n))),
    },
    Case { name: "sh-empty-pipes", size: 200_000, is_cut: false, make: |n| one("a.sh", "|".repeat(n)) },
    Case { name: "sh-lists", size: 5_000, is_cut: false, make: |n| one("a.sh", format!("a{}\n", "&&b".repeat(n))) },
    Case {
        name: "py-sums",
        size: 20_000,
        is_cut: false,
        make: |n| one("a.py", format!("a = 'x'{}\n", " + 'y'".repeat(n))),
    },
    Case {
        name: "js-sums",
        size: 20_000,
        is_cut: false,
        make: |n| one("a.js", format!("a = 'x'{};\n", " + 'y'".repeat(n))),
    },
    Case {
        name: "js-methods",
        size: 20_000,
        is_cut: false,
        make: |n| one("a.js", format!("a{};\n", ".b()".repeat(n))),
    },
    Case {
        name: "ps-pipes",
        size: 1_000,
        is_cut: true,
        make: |n| one("a.ps1", format!("iwr x{}\n", "|iex".repeat(n))),
    },
    // What doubles.
    Case {
        name: "sh-doubling",
        size: 2_000,
        is_cut: true,
        make: |n| one("a.sh", format!("a=xxxxxxxx\n{}eval \"$a\"\n", "a=$a$a\n".repeat(n))),
    },
    Case {
        name: "py-doubling",
        size: 2_000,
        is_cut: true,
        make: |n| one("a.py", format!("a = 'xxxxxxxx'\n{}exec(a)\n", "a = a + a\n".repeat(n))),
    },
    Case {
        name: "py-multiplied",
        size: 1_000,
        is_cut: true,
        make: |n| one("a.py", format!("a = 'id;'\n{}exec(a)\n", "a = a * 1000\n".repeat(n))),
    },
    Case {
        name: "js-doubling",
        size: 2_000,
        is_cut: true,
        make: |n| one("a.js", format!("let a = 'xxxxxxxx';\n{}eval(a);\n", "a = a + a;\n".repeat(n))),
    },
    Case {
        name: "js-templates-doubling",
        size: 2_000,
        is_cut: true,
        make: |n| one("a.js", format!("let a = 'xxxxxxxx';\n{}eval(a);\n", "a = `${a}${a}`;\n".repeat(n))),
    },
    Case {
        name: "ps-doubling",
        size: 2_000,
        is_cut: true,
        make: |n| one("a.ps1", format!("$a = 'xxxxxxxx'\n{}iex $a\n", "$a = $a + $a\n".repeat(n))),
    },
    Case {
        name: "sh-unknown-doubling",
        size: 2_000,
        is_cut: false,
        make: |n| one("a.sh", format!("a=$(curl x)\n{}eval \"$a\"\n", "a=$a$a\n".repeat(n))),
    },
    Case {
        name: "py-unknown-doubling",
        size: 2_000,
        is_cut: false,
        make: |n| one("a.py", format!("import sys\na = sys.argv[1]\n{}exec(a)\n", "a = a + a\n".repeat(n))),
    },
    Case {
        name: "sh-braces",
        size: 2_000,
        is_cut: false,
        make: |n| one("a.sh", format!("echo {}\n", "{a,b}".repeat(n))),
    },
    Case { name: "sh-ranges", size: 1_000, is_cut: false, make: |n| one("a.sh", "echo {1..99999}\n".repeat(n)) },
    Case {
        name: "sh-choices",
        size: 1_000,
        is_cut: false,
        make: |n| one("a.sh", "if a; then x=b$x; else x=c$x; fi\n".repeat(n) + "eval \"$x\"\n"),
    },
    // What names itself.
    Case {
        name: "sh-itself",
        size: 5_000,
        is_cut: false,
        make: |n| one("a.sh", format!("{}eval \"$a\"\n", "a=\"$a b\"\n".repeat(n))),
    },
    Case {
        name: "sh-longer-and-longer",
        size: 100,
        is_cut: false,
        make: |n| one("a.sh", format!("a=\"{}\"\n{}", "b;".repeat(200), "a=\"$a b\"; eval \"$a\"\n".repeat(n))),
    },
    Case {
        name: "sh-eval-of-eval",
        size: 100,
        is_cut: false,
        make: |n| one("a.sh", format!("a='eval \"$a\"'\n{}", "eval \"$a\"\n".repeat(n))),
    },
    Case {
        name: "sh-references",
        size: 1_000,
        is_cut: false,
        make: |n| one("a.sh", "declare -n a=b; declare -n b=a; $a x\n".repeat(n)),
    },
    Case {
        name: "sh-aliases",
        size: 1_000,
        is_cut: false,
        make: |n| one("a.sh", "alias a=b; alias b=a; a x\n".repeat(n)),
    },
    Case { name: "sh-bomb", size: 5_000, is_cut: false, make: |n| one("a.sh", "f() { f | f & }; f\n".repeat(n)) },
    Case {
        name: "py-itself",
        size: 500,
        is_cut: false,
        make: |n| one("a.py", "a = [a, a]\nb = {'b': b}\nexec(a[0])\n".repeat(n)),
    },
    Case {
        name: "py-recursion",
        size: 2_000,
        is_cut: false,
        make: |n| one("a.py", "def f(x):\n    return f(f(x + 'a'))\nexec(f('a'))\n".repeat(n)),
    },
    Case {
        name: "js-itself",
        size: 500,
        is_cut: false,
        make: |n| one("a.js", "a = [a, a]; b = {b}; eval(a[0]);\n".repeat(n)),
    },
    // Files that bring each other in.
    Case {
        name: "py-imports-in-a-circle",
        size: 100,
        is_cut: false,
        make: |n| {
            let text = |at: usize| {
                format!(
                    "import m{}\nfrom m{} import *\nx = m{}.x + 'a'\nexec(x)\n",
                    (at + 1) % n,
                    (at + 7) % n,
                    (at + 1) % n
                )
            };
            (0..n).map(|at| (format!("m{at}.py"), text(at))).collect()
        },
    },
    Case {
        name: "sh-sources-in-a-circle",
        size: 40,
        is_cut: false,
        make: |n| {
            let text =
                |at: usize| format!("source ./m{}.sh\n. ./m{}.sh\nbash m{}.sh\n", (at + 1) % n, (at + 7) % n, at);
            (0..n).map(|at| (format!("m{at}.sh"), text(at))).collect()
        },
    },
    Case {
        name: "js-requires-in-a-circle",
        size: 100,
        is_cut: false,
        make: |n| {
            let text = |at: usize| {
                format!("const a = require('./m{}');\nmodule.exports = {{ x: a.x + 'a' }};\neval(a.x);\n", (at + 1) % n)
            };
            (0..n).map(|at| (format!("m{at}.js"), text(at))).collect()
        },
    },
    // Functions that call each other.
    Case {
        name: "py-functions",
        size: 1_000,
        is_cut: false,
        make: |n| {
            let each = |at: usize| format!("def f{at}(x):\n    return f{}(x) + f{}(x)\n", (at + 1) % n, (at + 13) % n);
            one("a.py", (0..n).map(each).collect::<String>() + "exec(f0('a'))\n")
        },
    },
    Case {
        name: "sh-functions",
        size: 1_000,
        is_cut: false,
        make: |n| {
            let each = |at: usize| format!("f{at}() {{ f{} \"$1\"; f{} \"$1\"; }}\n", (at + 1) % n, (at + 13) % n);
            one("a.sh", (0..n).map(each).collect::<String>() + "f0 \"$(curl x)\"\n")
        },
    },
    Case {
        name: "js-functions-of-functions",
        size: 1_000,
        is_cut: false,
        make: |n| {
            let each =
                |at: usize| format!("function f{at}(x) {{ return f{}(x) + f{}(x); }}\n", (at + 1) % n, (at + 13) % n);
            one("a.js", (0..n).map(each).collect::<String>() + "eval(f0('a'));\n")
        },
    },
    Case {
        name: "py-classes",
        size: 1_000,
        is_cut: false,
        make: |n| {
            let each = |at: usize| {
                format!(
                    "class C{at}(C{}):\n    def run(self):\n        return super().run() + self.run()\n",
                    (at + 1) % n
                )
            };
            one("a.py", (0..n).map(each).collect::<String>() + "exec(C0().run())\n")
        },
    },
    // What is worked out turn by turn.
    Case {
        name: "py-loops-in-loops",
        size: 20,
        is_cut: true,
        make: |n| {
            let turn = "for a in range(4000):\n  for b in range(4000):\n    for c in range(4000):\n      s += 'x'\n";
            one("a.py", format!("s = ''\n{}exec(s)\n", turn.repeat(n)))
        },
    },
    Case {
        name: "py-comprehensions",
        size: 200,
        is_cut: false,
        make: |n| {
            let turn = "s = ''.join(chr(a) for a in range(4000) for b in range(4000) if a in s)\n";
            one("a.py", format!("s = 'a'\n{}exec(s)\n", turn.repeat(n)))
        },
    },
    Case {
        name: "py-functions-over-lists",
        size: 50,
        is_cut: true,
        make: |n| {
            let each = |at: usize| format!("f{at} = lambda x: [f{}(y) for y in range(60)]\n", at + 1);
            one("a.py", (0..n).map(each).collect::<String>() + &format!("f{n} = lambda x: x\nexec(str(f0(0)))\n"))
        },
    },
    Case {
        name: "py-closures",
        size: 500,
        is_cut: false,
        make: |n| {
            let turn = "def f(a):\n    def g(b):\n        def h(c):\n            return a + b + c\n        return h\n    return g\nx = f(x)('b')('c')\n";
            one("a.py", format!("x = 'a'\n{}exec(x)\n", turn.repeat(n)))
        },
    },
    Case {
        name: "py-objects",
        size: 1_000,
        is_cut: false,
        make: |n| {
            let turn = "o = C(o)\no.a = o\no.b += o.a\n";
            one(
                "a.py",
                format!(
                    "class C:\n    def __init__(self, p):\n        self.p = p\n    def __add__(self, o):\n        return self.p + o.p\n    def __str__(self):\n        return str(self.p)\no = C('a')\n{}exec(str(o + o))\n",
                    turn.repeat(n)
                ),
            )
        },
    },
    Case {
        name: "py-yields",
        size: 500,
        is_cut: false,
        make: |n| {
            let each = |at: usize| {
                format!("def g{at}():\n    yield 'a'\n    yield from g{}()\n    yield from g{}()\n", at + 1, at + 1)
            };
            one(
                "a.py",
                (0..n).map(each).collect::<String>() + &format!("def g{n}():\n    yield 'b'\nexec(''.join(g0()))\n"),
            )
        },
    },
    Case {
        name: "py-while",
        size: 100,
        is_cut: false,
        make: |n| one("a.py", "s = 'a'\ni = 0\nwhile i < 4000000:\n    s += s\n    i += 1\nexec(s)\n".repeat(n)),
    },
    Case {
        name: "js-counting",
        size: 100,
        is_cut: false,
        make: |n| {
            one("a.js", "var s = 'a'; for (var i = 0; i < 1e9; i++) { s += 'b'; for (var j = 0; j < 9999; j++) { s += 'c'; } } eval(s);\n".repeat(n))
        },
    },
    // Layers.
    Case {
        // Each layer is a third longer than the one in it.
        name: "sh-encoded-over-and-over",
        size: 9,
        is_cut: true,
        make: |n| {
            let mut code = "id".to_owned();
            for _ in 0..n {
                code = format!("echo {} | base64 -d | sh", data_encoding::BASE64.encode(code.as_bytes()));
            }
            one("a.sh", code + "\n")
        },
    },
];

struct Scan {
    took: Duration,
    is_pass: bool,
    notices: Vec<String>,
}

fn scan(scanner: &Scanner, folder: &Path, files: &[(String, String)]) -> Scan {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir(folder).unwrap();
    let mut text = "---\nname: a\ndescription: b\n---\n\nRun these:\n\n".to_owned();
    for (path, content) in files {
        fs::write(folder.join(path), content).unwrap();
        let _ = writeln!(text, "- `{path}`");
    }
    fs::write(folder.join("SKILL.md"), text).unwrap();
    let at = BundlePath::new(folder);
    let mut done: Vec<Scanned> = Vec::new();
    // The pool of the program: its threads, its stack.
    Pool::new(1)
        .run(
            1,
            |_| scanner.scan(&at),
            |one| {
                done.push(one);
                Ok::<(), std::io::Error>(())
            },
        )
        .unwrap();
    let last = done.pop().unwrap();
    Scan {
        took: last.effort.stages.iter().sum(),
        is_pass: last.report.verdict.outcome == Outcome::Pass,
        notices: last.report.notices.iter().map(|notice| notice.message.clone()).collect(),
    }
}

#[test]
fn hostile_code_costs_no_more_than_its_size_and_never_passes_unread() {
    let scanner = Scanner {
        models: Models::builtin().unwrap(),
        rules: Ruleset::built_in().unwrap_or_else(|errors| panic!("{errors}")),
        policy: Policy::new(Config::default(), None, None, None, Date::today()),
        limits: Limits::default(),
        budget: Budget::default(),
    };
    let only = std::env::var("HOSTILE").unwrap_or_default();
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("bundle");
    let mut wrong = Vec::new();
    for case in CASES.iter().filter(|case| case.name.contains(&only)) {
        let (small, large) = ((case.make)(case.size), (case.make)(2 * case.size));
        let mut last = None;
        for _ in 0..TRIES {
            let (one, two) = (scan(&scanner, &at, &small), scan(&scanner, &at, &large));
            let growth = two.took.as_secs_f64() / one.took.max(Duration::from_millis(1)).as_secs_f64();
            println!("{:28} {:>8.1?} {:>8.1?}  ×{growth:.1}  {:?}", case.name, one.took, two.took, two.notices);
            let is_linear = two.took < FAST || growth < GROWTH;
            last = Some((two, growth, is_linear));
            if is_linear {
                break;
            }
        }
        let Some((two, growth, is_linear)) = last else { continue };
        if !is_linear {
            wrong.push(format!("{}: twice the size takes {growth:.1} times as long: {:?}", case.name, two.took));
        }
        if case.is_cut && two.notices.is_empty() {
            wrong.push(format!("{}: a bound was reached, and nothing says so", case.name));
        }
        if (case.is_cut || !two.notices.is_empty()) && two.is_pass {
            wrong.push(format!("{}: passes: {:?}", case.name, two.notices));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
