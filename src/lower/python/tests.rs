#![allow(clippy::unwrap_used, clippy::format_collect)]

use proptest::prelude::*;

use super::lower;
use crate::lower::syntax::render;

/// Each source and what it is lowered to.
const CASES: &[(&str, &str)] = &[
    // Imports.
    ("import os", "import os as os"),
    ("import os as o, sys", "import os as o; import sys as sys"),
    ("import a.b.c", "import a.b.c as ; import a as a"),
    ("import a.b as c", "import a.b as c"),
    ("from a.b import c as d, e", "import a.b:c as d; import a.b:e as e"),
    ("from a import (b,\n  c)", "import a:b as b; import a:c as c"),
    ("from a import *", "import a:* as *"),
    ("from . import x", "import .:x as x"),
    ("from ..p.q import x as y", "import ..p.q:x as y"),
    ("from __future__ import annotations", "import __future__:annotations as annotations"),
    ("from subprocess import Popen as P\nP(c)", "import subprocess:Popen as P; P(c)"),
    // Assignments.
    ("x = 1", "x = 1"),
    ("a = b = f()", "a = f(); b = a"),
    ("a, b = b, a", "[a, b] = [b, a]"),
    ("(a, [b, *c]), d = x", "[[a, [b, *c]], d] = x"),
    ("[a, b] = c.d = x", "[a, b] = x; c.d = x"),
    ("a.b = c.d = f()", "value@12 = f(); a.b = value@12; c.d = value@12"),
    ("x += 'a'", "x += \"a\""),
    ("x %= y", "x = (x % y)"),
    ("x //= 2", "x = (x ~ 2)"),
    ("x: int = 3", "x = 3"),
    ("x: int", ""),
    ("x: __import__('os').system('id') = 3", "__import__(\"os\").system(\"id\"); x = 3"),
    ("if (n := f(1)) > 2: g(n)", "n = f(1); branch((n > 2)) {g(n)} {}"),
    ("o.a['k'] = v", "o.a[\"k\"] = v"),
    ("os.environ['K'], x[0] = a", "[os.environ[\"K\"], x[0]] = a"),
    // Strings.
    (r#"'a\n\x41\u0042\U00000043\103\'\"\\\q'"#, r#""a\nABCC'\"\\\\q""#),
    (r"r'a\n'", r#""a\\n""#),
    (r"b'\x00\xffA\u0041'", r#"b"\x00\xffA\\u0041""#),
    (r"rb'\x00'", r#"b"\\x00""#),
    ("b''", "b\"\""),
    ("''", "\"\""),
    (r"'\N{LATIN SMALL LETTER C}url\N{FULL STOP}\N{SNOWMAN}'", "\"curl.\u{fffd}\""),
    (r"'\N{x'", r#""\\N{x""#),
    (r"'\ud83d\ude00 \ud800'", "\"😀 \u{fffd}\""),
    (r"'\x4'", r#""\\x4""#),
    ("'a' \"b\" r'\\c'", r#""ab\\c""#),
    ("b'a' b'b'", "b\"ab\""),
    ("('cu'\n 'rl')", "\"curl\""),
    ("'a' f'b{c}' 'd'", "cat(\"ab\", c, \"d\")"),
    ("'''a\n\"b'''", r#""a\n\"b""#),
    ("'a\\\nb'", "\"ab\""),
    ("'''a\r\nb'''", "\"a\\nb\""),
    ("f'a{b}c{{}}{d!r:>{w}}'", "cat(\"a\", b, \"c{}\", d)"),
    ("f'{x:{g()}}'", "?(?(g())); cat(x)"),
    ("f'a{{b'", "\"a{b\""),
    ("f''", "\"\""),
    ("f'{f(1)}'", "cat(f(1))"),
    (r"rf'\d{x}'", r#"cat("\\d", x)"#),
    ("t'rm {x}'", "cat(\"rm \", x)"),
    ("u'x'", "\"x\""),
    ("'%s %d' % (a, 1)", "(\"%s %d\" % [a, 1])"),
    ("'{} {}'.format(a, b=c)", "\"{} {}\".format(a, b=c)"),
    ("''.join(map(chr, [99, 117]))", "\"\".join(map(chr, [99, 117]))"),
    // Numbers and constants.
    ("f(0x1F, 0o17, 0b11, 1_000, 017, 10L, 1.5, 2j, True, None, ...)", "f(31, 15, 3, 1000, 15, 10, #, #, true, #, #)"),
    ("f(-1, ~1, +1, -x, 99999999999999999999)", "f(-1, -2, 1, ?(x), \"99999999999999999999\")"),
    // Containers.
    ("[1, *a]", "[1, *a]"),
    ("(1,)", "[1]"),
    ("{1, 2}", "[1, 2]"),
    ("{'a': 1, **d}", "{\"a\": 1, ..d}"),
    ("[f(x) for x in xs if x]", "[f(x) for x in xs for # in x]"),
    ("[x for x in xs if run(x)]", "[x for x in xs for # in run(x)]"),
    ("{k: v for k, v in d.items()}", "{..[{k: v} for [k, v] in d.items()]}"),
    ("sum(x ^ 3 for x in b for y in x)", "sum([(x ^ 3) for x in b for y in x])"),
    // Access.
    ("x[::-1]", "x[::-1]"),
    ("x[1:2]", "x[1:2:]"),
    ("x[:n]", "x[:n:]"),
    ("x[1, 2]", "x[[1, 2]]"),
    ("a.b.c(d)[0]", "a.b.c(d)[0]"),
    ("(a\n .b\n .c())", "a.b.c()"),
    // Calls.
    ("f(1, *a, k=2, **d)", "f(1, *a, k=2, **=d)"),
    ("run(**{'args': c, 'shell': True})", "run(args=c, shell=true)"),
    ("run(**dict(shell=True))", "run(**=dict(shell=true))"),
    (
        "subprocess.run(['sh', '-c', c], shell=True, check=False)",
        "subprocess.run([\"sh\", \"-c\", c], shell=true, check=false)",
    ),
    // Functions and classes.
    ("def f(a, b=1, *args, c, **kw): return a", "def fn0; fn0 f(a, b=1, *args, c, **kw) {return a}"),
    ("def f(a: int, /, b: str = 'x', *, c) -> str: pass", "def fn0; fn0 f(a, b=\"x\", c) {}"),
    ("lambda x, y=2: x + y", "fn0; fn0 \\(x, y=2) {return (x + y)}"),
    ("def f():\n  def g(): return 1\n  return g()", "def fn1; fn0 g() {return 1}; fn1 f() {def fn0; return g()}"),
    ("async def f():\n  await g()\n  async with h() as x: pass", "def fn0; fn0 f() {g(); x = h().__enter__()}"),
    (
        "class A(B, metaclass=M):\n  x = os.system\n  def __del__(self): self.x('id')",
        "class A(B, M) {x = os.system; def fn0}; fn0 A.__del__(self) {self.x(\"id\")}",
    ),
    ("@a\n@b.c(1)\ndef f(): pass", "def fn0; @a @b.c(1) fn0 f() {}"),
    ("@a\nclass C: pass", "class C() {}; a(C)"),
    ("def g():\n  x = yield 1\n  yield from h()\n  yield", "def fn0; fn0 g() {return *1; x = #; return **h(); #; #}"),
    ("f = lambda: (y := g())", "f = fn0; fn0 \\() {y = g(); return y}"),
    ("def f(x=os.system('a')): pass", "def fn0; fn0 f(x=os.system(\"a\")) {}"),
    ("def f[T: int](x: T) -> T: ...", "def fn0; fn0 f(x) {#}"),
    // Choices.
    ("x = a if c else b if d else e", "x = (a | b | e)"),
    ("x = a if run() else b", "x = (run() ? (a | b))"),
    ("x = a or b and c", "x = (a or (b and c))"),
    ("x = a or b or c", "x = ((a or b) or c)"),
    ("x = not a == b < f(c)", "x = (?(a, b, f(c)) ? (false | true))"),
    ("x = a in b", "x = (a in b)"),
    // Operators.
    ("a + b + c", "((a + b) + c)"),
    ("a + b * 2 - c / d", "((a + (b * 2)) - (c / d))"),
    ("(a + b) + (c + d)", "((a + b) + (c + d))"),
    ("a ** b | c @ d", "((a ~ b) | (c ~ d))"),
    ("Path.home() / '.ssh' / 'id'", "((Path.home() / \".ssh\") / \"id\")"),
    // Statements.
    ("if a: f()\nelif b: g()\nelse: h()", "branch(a, b) {f()} {g()} {h()}"),
    ("if a:\n  f()", "branch(a) {f()} {}"),
    ("for i, x in e(xs): f(x)\nelse: g()", "loop([i, x] in e(xs)) {f(x)}; g()"),
    ("while f(): g()", "loop(f()) {g()}"),
    ("with open(p) as f, lock: f.read()", "f = open(p).__enter__(); lock; f.read()"),
    ("with (open(p) as f, g() as (a, b)):\n  h()", "f = open(p).__enter__(); [a, b] = g().__enter__(); h()"),
    (
        "try: f()\nexcept (E, F) as e: g(e)\nexcept: h()\nelse: i()\nfinally: j()",
        "f(); branch() {e = ?(); g(e)} {h()} {i()} {}; j()",
    ),
    ("try: f()\nexcept* E: g()", "f(); branch() {g()} {}"),
    (
        "match x:\n  case {'k': v, **r} if t(v): f(v)\n  case A(b=c) | [d, *e]: g()\n  case os.X: h()\n  case _: i()",
        "branch(x, t(v)) {r = x; v = x; f(v)} {e = x; d = x; c = x; g()} {h()} {i()} {}",
    ),
    ("match f():\n  case y as z: g()", "value@6 = f(); branch(value@6) {z = value@6; y = value@6; g()} {}"),
    ("return", "return "),
    ("return a, b", "return [a, b]"),
    ("del x['a']", "?(x[\"a\"])"),
    ("assert f(x), 'm'", "?(f(x), \"m\")"),
    ("raise E(f()) from g()", "?(E(f()), g())"),
    ("global x\nnonlocal y\npass", "outer x; outer y"),
    ("if __name__ == '__main__':\n  main()", "branch((__name__ == \"__main__\")) {main()} {}"),
    ("a; b(); c", "a; b(); c"),
    ("# comment\nf( # c\n 1)", "f(1)"),
    ("type X = f()", "?(X, f())"),
    // Version 2.
    ("print 'a', b", "print(\"a\", b)"),
    ("print >>sys.stderr, x", "print(file=sys.stderr, x)"),
    ("exec code in ns", "exec(code, ns)"),
    ("exec 'import os'", "exec(\"import os\")"),
    ("try: f()\nexcept E, e: g()", "f(); branch() {g()} {}"),
    // Evasions (CATALOGUE E21 to E30).
    ("getattr(os,'sys'+'tem')('id')", "getattr(os, (\"sys\" + \"tem\"))(\"id\")"),
    ("os.__dict__['sys'+'tem'](c)", "os.__dict__[(\"sys\" + \"tem\")](c)"),
    ("vars(os)['system'](c)", "vars(os)[\"system\"](c)"),
    ("__import__('o'+'s').system(c)", "__import__((\"o\" + \"s\")).system(c)"),
    ("sys.modules['os'].system(c)", "sys.modules[\"os\"].system(c)"),
    ("exec(\"imp\"+\"ort os\")", "exec((\"imp\" + \"ort os\"))"),
    ("exec(codecs.decode(x,'hex'))", "exec(codecs.decode(x, \"hex\"))"),
    ("exec(compile(open(p).read(), p, 'exec'), {'a': 1})", "exec(compile(open(p).read(), p, \"exec\"), {\"a\": 1})"),
    ("s=os.system; s(c)", "s = os.system; s(c)"),
    ("list(map(os.system,[c]))", "list(map(os.system, [c]))"),
    ("functools.partial(os.system, c)()", "functools.partial(os.system, c)()"),
    ("@atexit.register\ndef f(): os.system(c)", "def fn0; @atexit.register fn0 f() {os.system(c)}"),
    (
        "threading.Timer(1, lambda: os.system(c)).start()",
        "threading.Timer(1, fn0).start(); fn0 \\() {return os.system(c)}",
    ),
    ("ctypes.CDLL(None).system(b'id')", "ctypes.CDLL(#).system(b\"id\")"),
    ("𝘰𝘴.𝘴𝘺𝘴𝘵𝘦𝘮(c)", "os.system(c)"),
    ("[c for c in ().__class__.__base__.__subclasses__()]", "[c for c in [].__class__.__base__.__subclasses__()]"),
    ("'\\x6f\\x73'", "\"os\""),
    ("(lambda f: f('id'))(os.system)", "fn0(os.system); fn0 \\(f) {return f(\"id\")}"),
    ("bytes([105,100]).decode()[::-1].replace('a','b')", "bytes([105, 100]).decode()[::-1].replace(\"a\", \"b\")"),
    ("a = [b for b in [os.system]][0]", "a = [b for b in [os.system]][0]"),
];

#[test]
fn forms_are_lowered() {
    let mut wrong = Vec::new();
    for (source, expected) in CASES {
        let program = lower(source);
        let found = render::program(&program);
        if found != *expected || !program.damage.is_empty() || program.truncated {
            wrong.push(format!("{source}\n  expected {expected}\n  found    {found}\n  damage   {:?}", program.damage));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

/// Damaged sources, what must be found in them all the same, and at most how many bytes may be damaged.
const DAMAGED: &[(&str, &[&str], usize)] = &[
    ("import os\nx = = 1\nos.system('id')\n", &["import os as os", "os.system(\"id\")"], 8),
    ("f(1)\nos.system('id'\n", &["f(1)", "os.system(\"id\")"], 20),
    ("os.system('id'\ng(2)\nh(3)\n", &["os.system(\"id\")", "g(2)", "h(3)"], 20),
    ("x = '''never closed\n", &[], 30),
    ("def f(:\n    os.system('id')\n\ng()\n", &["os.system(\"id\")", "g()"], 40),
    ("if x:\n  f()\n }}}\n  g()\nh()\n", &["f()", "g()", "h()"], 12),
    ("$ pip install x\nimport os\nos.system('id')\n", &["import os as os", "os.system(\"id\")"], 20),
    ("class A:\n  def f(self):\n    return `x`\n  def g(self): run(1)\nh()\n", &["run(1)", "h()"], 40),
    ("f(g(os.system(c\n", &["f()", "g()", "os.system(c)"], 20),
    ("[[[[\nos.system('id')\n", &["os.system(\"id\")"], 10),
    ("x = [1, 2\n\ndef f():\n    run(c)\n\nclass A:\n    y = g(1)\n", &["run(c)", "g(1)"], 20),
];

#[test]
fn damage_stays_local() {
    let mut wrong = Vec::new();
    for (source, expected, most) in DAMAGED {
        let program = lower(source);
        let found = render::program(&program);
        let bytes: usize = program.damage.iter().map(|span| span.len()).sum();
        if program.damage.is_empty() || bytes > *most || expected.iter().any(|part| !found.contains(part)) {
            wrong.push(format!("{source}  expected {expected:?}\n  found    {found}\n  damage   {:?}", program.damage));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn hostile_sources_are_lowered_in_bounds() {
    hostile(20_000);
    for (source, truncated) in [
        (format!("{}f(){}", "(".repeat(200_000), ")".repeat(200_000)), false),
        (format!("{}f(){}", "[".repeat(200_000), "]".repeat(200_000)), true),
        (format!("x = a{};f()", "+a".repeat(200_000)), false),
        ("def f(): g()\n".repeat(100_000), false),
        (format!("x = '{}';f()", "a".repeat(1_000_000)), false),
    ] {
        let program = lower(&source);
        assert_eq!(program.truncated, truncated, "{}", &source[..20]);
        assert!(program.damage.is_empty() && !program.body.is_empty(), "{}", &source[..20]);
    }
}

#[test]
#[ignore = "takes a minute"]
fn large_hostile_sources_are_lowered_in_bounds() {
    hostile(200_000);
}

fn hostile(n: usize) {
    let cases: Vec<(&str, String)> = vec![
        ("parentheses", format!("{}f(){}", "(".repeat(n), ")".repeat(n))),
        ("lists", format!("{}f(){}", "[".repeat(n), "]".repeat(n))),
        ("open brackets", "[".repeat(n)),
        ("closing brackets", ")".repeat(n)),
        ("open braces", "{a:".repeat(n)),
        ("calls", format!("{}{}", "f(".repeat(n), ")".repeat(n))),
        ("open calls", "f(".repeat(n)),
        ("call chain", format!("a{}", ".b()".repeat(n))),
        ("sum", format!("x = a{}", "+a".repeat(n))),
        ("differences", format!("x = a{}", "-a".repeat(n))),
        ("choice", format!("x = a{}", " or a".repeat(n))),
        ("conditional", format!("x = {}a", "a if b else ".repeat(n))),
        ("powers", format!("x = {}a", "a**".repeat(n))),
        ("negations", format!("x = {}a", "not ".repeat(n))),
        ("minuses", format!("x = {}1", "-".repeat(n))),
        ("assignments", format!("{}1", "a=".repeat(n))),
        ("lambdas", format!("x = {}1", "lambda:".repeat(n))),
        ("one line", format!("x = '{}'", "a".repeat(1_000_000))),
        ("strings", "'a' ".repeat(n)),
        ("f-string", format!("f'{}'", "{a}".repeat(n))),
        ("nested f-strings", format!("{}a{}", "f'{".repeat(2000), "}'".repeat(2000))),
        ("functions", "def f(): g()\n".repeat(n / 2)),
        ("statements", "a;".repeat(n)),
        ("quotes", "'".repeat(n)),
        ("backslashes", "\\".repeat(n)),
        ("indents", (0..2000).map(|depth| format!("{}if x:\n", " ".repeat(depth))).collect::<String>()),
        ("errors", "= ) x $ ".repeat(n / 10)),
        ("error lines", "x = = 1\n".repeat(n / 10)),
        ("question marks", "?".repeat(n)),
        ("nul", "\0".repeat(n)),
        ("decorators", "@a\n".repeat(n)),
        ("subscripts", format!("a{}", "[0]".repeat(n))),
        ("elif", format!("if a: b()\n{}", "elif a: b()\n".repeat(n / 4))),
        ("targets", format!("{}'{}'", "[a]=".repeat(n), "x".repeat(n))),
        ("members", format!("{}1", format!("a['{}']=", "x".repeat(100)).repeat(n / 100))),
        ("module", format!("from {} import {}a", "x".repeat(n), "a,".repeat(n))),
        ("class", format!("class {}:\n{}", "x".repeat(n), " def f(): pass\n".repeat(n / 2))),
        ("captures", format!("match {}:\n case [{}]: pass", "x".repeat(n), "a,".repeat(n))),
        ("nested errors", "f(= {a: [g(= ".repeat(n / 10)),
        ("dots", format!("import a{}", ".a".repeat(n))),
        ("comparisons", format!("a{}", "<a".repeat(n))),
    ];
    for (name, source) in cases {
        let start = std::time::Instant::now();
        let program = lower(&source);
        println!(
            "{name:20} {:>8} bytes {:>6} ms, {} operations, {} functions, {} damage, truncated {}",
            source.len(),
            start.elapsed().as_millis(),
            program.body.len(),
            program.functions.len(),
            program.damage.len(),
            program.truncated
        );
        if matches!(name, "lists" | "calls" | "call chain" | "powers" | "subscripts") {
            assert!(program.truncated, "{name}");
        }
        if name == "lists" {
            assert!(render::program(&program).contains("f()"));
        }
        if matches!(name, "parentheses" | "sum" | "choice" | "conditional" | "assignments") {
            assert!(!program.truncated && program.damage.is_empty(), "{name}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_lowered(source in "([a-z]|[ \n\t]|[-(){}\\[\\],.:;=+*@'\"\\\\#]|def |if |lambda |f'|import |\\PC){0,60}") {
        let program = lower(&source);
        for span in render::spans(&program) {
            prop_assert!(source.get(span.range()).is_some());
        }
    }
}

/// Lowers every Python file under `SKILLSCAN_CORPUS`: `cargo test -- --ignored corpus_python --nocapture`.
#[test]
#[ignore = "needs a corpus"]
fn corpus_python() {
    render::corpus(&["py"], |text, _| lower(text));
}
