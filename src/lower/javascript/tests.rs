#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::lower;
use crate::document::Language;
use crate::lower::syntax::render;

/// Each source and what it is lowered to.
const CASES: &[(&str, &str)] = &[
    // Imports and exports.
    ("import fs from 'fs'", "import fs:default as fs"),
    ("import * as cp from 'node:child_process'", "import node:child_process as cp"),
    (
        "import d, { exec as e, spawn } from \"cp\"",
        "import cp:default as d; import cp:exec as e; import cp:spawn as spawn",
    ),
    ("import './x.js'", "import ./x.js as "),
    ("import x from './x.json' with { type: 'json' }", "import ./x.json:default as x"),
    ("import { 'a b' as c } from 'm'", "import m:a b as c"),
    ("const fs = require('fs')", "fs = require(\"fs\")"),
    (
        "const { exec: e, spawn } = require('child_process')",
        "{\"exec\": e, \"spawn\": spawn} = require(\"child_process\")",
    ),
    ("const m = await import('x')", "m = import(\"x\")"),
    ("import('./a').then(m => m.f())", "import(\"./a\").then(fn0); fn0 \\(m) {return m.f()}"),
    ("import.meta.url", "import.meta.url"),
    ("export * from './a'", "import ./a as "),
    ("export * as ns from './a'", "import ./a as "),
    ("export { a as b, c } from './d'", "import ./d:a as ; import ./d:c as "),
    ("export { a as b, c }", "exports.b = a"),
    ("f(); export function f() {} import a from 'b'", "import b:default as a; def fn0; f(); fn0 f() {}"),
    ("export const x = 1, y = 2", "x = 1; y = 2"),
    ("export function f() {}", "def fn0; fn0 f() {}"),
    ("export default { run() { go() } }", "exports.default = {\"run\": fn0}; fn0 run() {go()}"),
    ("export default function f() {}", "def fn0; exports.default = f; fn0 f() {}"),
    ("export default async () => g()", "exports.default = fn0; fn0 \\() {return g()}"),
    ("module.exports = { a, 'b': c, [d]: 1, ...e }", "module.exports = {\"a\": a, \"b\": c, d: 1, ..e}"),
    // Assignments and patterns.
    ("var a = 1, b", "a = 1"),
    ("a = b = f()", "a = f(); b = a"),
    ("module.exports = exports = { f }", "exports = {\"f\": f}; module.exports = exports"),
    ("const [a, , b = 1, ...c] = x", "[a, #, (b | 1), *c] = x"),
    ("const { a = 1, b: { c }, ...d } = x", "{\"a\": (a | 1), \"b\": {\"c\": c}, ..d} = x"),
    ("({ a, b: c.d } = x)", "{\"a\": a, \"b\": c.d} = x; ?()"),
    ("[a, b] = [b, a]", "[a, b] = [b, a]"),
    ("s += 'x'", "s += \"x\""),
    ("s -= 1; s ||= f(); s ??= 'd'", "s = (s - 1); s = (s | f()); s = (s | \"d\")"),
    ("x.y['z'] = 1", "x.y[\"z\"] = 1"),
    ("while ((m = re.exec(s)) !== null) f(m)", "m = re.exec(s); loop((m != #)) {f(m)}"),
    ("i++", "i = (i + 1); (i - 1)"),
    ("f(a = g())", "a = g(); f(a)"),
    // Strings.
    (
        r"'\x65\u0076\u{61}l\101\n\q\
!'",
        r#""evalA\nq!""#,
    ),
    (r#""\ud83d\ude00\ud800""#, "\"😀\u{fffd}\""),
    (r"'\0\47'", "\"\\0'\""),
    ("'it\"s'", "\"it\\\"s\""),
    ("''", "\"\""),
    ("`a${b}c${f(d)}`", "cat(\"a\", b, \"c\", f(d))"),
    ("`a\\n\\x41`", "\"a\\nA\""),
    ("``", "\"\""),
    ("`a\r\nb`", "\"a\\nb\""),
    ("`${x}`", "cat(x)"),
    ("`a${`b${c}`}`", "cat(\"a\", cat(\"b\", c))"),
    ("$`rm -rf ${p}`", "$(cat(\"rm -rf \", p), p)"),
    ("tag`${f()}`", "tag(cat(f()))"),
    (r"String.raw`\x41${a}`", r#"String.raw(cat("\\x41", a), a)"#),
    ("Bun.$`ls`", "Bun.$(\"ls\")"),
    // Numbers and constants.
    ("f(0x1F, 0o17, 0b11, 1_000, 017, 10n, 1.5, 1e3, -1, ~1)", "f(31, 15, 3, 1000, 15, 10, #, 1000, -1, -2)"),
    (
        "f(true, false, null, undefined, !0, !1, void 0, /x/g)",
        "f(true, false, #, #, true, false, #, RegExp(\"x\", \"g\"))",
    ),
    ("/x/.exec(s)", "RegExp(\"x\", \"\").exec(s)"),
    ("NaN", "NaN"),
    // Access and calls.
    ("a.b?.c[d]?.(e)", "a.b.c[d](e)"),
    ("(a)\n .b()\n .c()", "a.b().c()"),
    ("new Function('return 1')()", "Function(\"return 1\")()"),
    ("new Worker(u)", "Worker(u)"),
    ("new Foo", "Foo()"),
    ("f(...a, b)", "f(*a, b)"),
    ("this.#x.y()", "this.#x.y()"),
    ("(0, eval)('x')", "eval(\"x\")"),
    ("(a(), b(), c)", "a(); b(); c"),
    ("spawn(cmd, { shell: true, stdio: 'inherit' })", "spawn(cmd, {\"shell\": true, \"stdio\": \"inherit\"})"),
    // Functions and classes.
    ("function f(a, b = 1, ...c) { return a }", "def fn0; fn0 f(a, b=1, *c) {return a}"),
    ("f(); function f() { g() }", "def fn0; f(); fn0 f() {g()}"),
    ("const f = async (x) => { await g(x) }", "f = fn0; fn0 \\(x) {g(x)}"),
    ("x => x + 1", "fn0; fn0 \\(x) {return (x + 1)}"),
    ("const f = function* g() { yield h() }", "f = fn0; fn0 g() {return *h(); #}"),
    (
        "({ exec, cmd: [c] }, d) => exec(c)",
        "fn0; fn0 \\(parameter@1, d) {{\"exec\": exec, \"cmd\": [c]} = parameter@1; return exec(c)}",
    ),
    ("({ a } = {}) => a", "fn0; fn0 \\(parameter@1={}) {{\"a\": a} = parameter@1; return a}"),
    ("(async () => { await f() })()", "fn0(); fn0 \\() {f()}"),
    (
        "class A extends B { static x = f(); #y = 1; constructor() { super(2) } get z() { return 3 } static { g() } ['w']() {} [v]() {} }",
        "class A(B) {x = f(); #y = 1; def fn0; def fn1; g(); def fn2; def fn3}; fn0 A.constructor() {super(2)}; fn1 A.z() {return 3}; fn2 A.w() {}; fn3 A.\\() {}",
    ),
    ("const A = class { m() {} }", "class class@10() {def fn0}; A = class@10; fn0 class@10.m() {}"),
    (
        "const o = { m() { f() }, get x() { return 1 }, n: () => 2 }",
        "o = {\"m\": fn0, \"x\": fn1, \"n\": fn2}; fn0 m() {f()}; fn1 x() {return 1}; fn2 \\() {return 2}",
    ),
    // Choices and operators.
    ("x = c ? a : d ? b : e", "x = (a | b | e)"),
    ("x = t() ? a : b", "x = (t() ? (a | b))"),
    ("x = a || b && c ?? d", "x = ((a or (b and c)) | d)"),
    ("ok && run('x')", "(ok and run(\"x\"))"),
    ("x = a === b", "x = (a == b)"),
    ("x = 'a' + b + 1", "x = ((\"a\" + b) + 1)"),
    ("x = a * 2 - b % 3", "x = ((a * 2) - (b % 3))"),
    ("x = typeof f(y) === 'a'", "x = (?(f(y)) == \"a\")"),
    ("void f()", "?(f())"),
    ("delete o.p", "?(o.p)"),
    // Statements.
    ("if (a) f(); else if (b) { g() } else h()", "branch(a, b) {f()} {g()} {h()}"),
    ("if (a) f()", "branch(a) {f()} {}"),
    ("for (let i = 0; i < f(n); i++) { g(i) }", "i = 0; loop((i < f(n))) {g(i); i = (i + 1); (i - 1)}"),
    ("for (;;) f()", "loop() {f()}"),
    ("for (const [k, v] of Object.entries(o)) f(k)", "loop([k, v] in Object.entries(o)) {f(k)}"),
    ("for (x in o) f(x)", "loop(x in o) {f(x)}"),
    ("for await (const x of s()) f(x)", "loop(x in s()) {f(x)}"),
    ("do f(); while (g())", "loop(g()) {f()}"),
    ("switch (x) { case f(): case 2: g(); break; default: h() }", "branch(x, f(), 2) {g()} {h()}"),
    (
        "try { f() } catch ({ message }) { g(message) } finally { h() }",
        "f(); branch() {{\"message\": message} = ?(); g(message)} {}; h()",
    ),
    ("try { f() } catch { g() }", "f(); branch() {g()} {}"),
    ("throw new Error(f())", "?(Error(f()))"),
    ("l: for (;;) { break l }", "loop() {}"),
    ("#!/usr/bin/env node\nf() // c\n/* d */", "f()"),
    ("'use strict'; f()", "\"use strict\"; f()"),
    ("debugger;;", ""),
    // JSX.
    ("x = <A b={f()} {...p}>t{g(h)}<B c='d'/></A>", "x = ?(?(A, ?(b, ?(f())), ?(*p)), ?(g(h)), ?(B, ?(c, \"d\")))"),
    // Evasions (CATALOGUE E31 to E36).
    ("(()=>{}).constructor('x')()", "fn0.constructor(\"x\")(); fn0 \\() {}"),
    ("[]['filter']['constructor']('x')()", "[][\"filter\"][\"constructor\"](\"x\")()"),
    ("setTimeout('code', 1)", "setTimeout(\"code\", 1)"),
    ("import('data:text/javascript,' + x)", "import((\"data:text/javascript,\" + x))"),
    ("require('child_' + 'process').exec(c)", "require((\"child_\" + \"process\")).exec(c)"),
    ("module.constructor._load('fs')", "module.constructor._load(\"fs\")"),
    ("globalThis['req' + 'uire']('x')", "globalThis[(\"req\" + \"uire\")](\"x\")"),
    ("global['ev'+'al'](s)", "global[(\"ev\" + \"al\")](s)"),
    (r"\u0065val('x')", "eval(\"x\")"),
    (r"a.\u{65}xec('x')", "a.exec(\"x\")"),
    ("Buffer.from(x, 'hex').toString()", "Buffer.from(x, \"hex\").toString()"),
    ("util.promisify(exec)(c)", "util.promisify(exec)(c)"),
    ("Reflect.apply(eval, null, [c])", "Reflect.apply(eval, #, [c])"),
    ("new Proxy(o, { get(t, k) { return eval(k) } })", "Proxy(o, {\"get\": fn0}); fn0 get(t, k) {return eval(k)}"),
    ("const _0 = ['a', 'b']; _0[0x1 - 0x0]", "_0 = [\"a\", \"b\"]; _0[(1 - 0)]"),
    ("(function (a) { a.push(a.shift()) })(b)", "fn0(b); fn0 \\(a) {a.push(a.shift())}"),
    ("with (o) { f() }", "o; f()"),
];

/// The same for TypeScript.
const TYPED: &[(&str, &str)] = &[
    ("const x: string = f<T>(a as any)!", "x = f(a)"),
    ("import type { A } from 'a'; import { type B, c } from 'b'", "import b:B as B; import b:c as c"),
    ("import fs = require('fs')", "import fs as fs"),
    ("import a = b.c", "a = b.c"),
    ("export = f", "module.exports = f"),
    ("interface A { b(): void } type C = typeof d", ""),
    ("declare module 'x' { function f(): void }", ""),
    ("enum E { A, B = 'b' }", "E = {\"A\": #, \"B\": \"b\"}"),
    ("namespace N { export function f() { g() } }", "def fn0; fn0 f() {g()}"),
    ("function f(this: X, a?: number, b: string = 'x', ...c: any[]): void {}", "def fn0; fn0 f(a, b=\"x\", *c) {}"),
    (
        "class A<T> extends B<T> implements C { constructor(private x: string, y?: D) { super() } private z?: string = f() }",
        "class A(B) {def fn0; z = f()}; fn0 A.constructor(x, y) {this.x = x; super()}",
    ),
    (
        "@Dec({ a: 1 }) class A { @Log() m(@Inject() p: P) {} }",
        "class A() {def fn0}; Dec({\"a\": 1})(A); @Log() fn0 A.m(p) {}",
    ),
    ("abstract class A { abstract m(): void; n() { f() } }", "class A() {def fn0}; fn0 A.n() {f()}"),
    ("let x = <any>f(y)", "x = f(y)"),
    ("const x = { a: 1 } satisfies T", "x = {\"a\": 1}"),
    ("for (let i = 0; i < n; i++) f(i)", "i = 0; loop((i < n)) {f(i); i = (i + 1); (i - 1)}"),
    ("a(), b(), c()", "a(); b(); c()"),
    (
        "export const f = async <T,>({ a }: { a: T }): Promise<void> => { await g(a) }",
        "f = fn0; fn0 \\(parameter@28) {{\"a\": a} = parameter@28; g(a)}",
    ),
    ("function f(a: string): void; function f(a: any) { g() }", "def fn0; fn0 f(a) {g()}"),
    ("const x = y! + z as string", "x = (y + z)"),
];

fn check(cases: &[(&str, &str)], language: Language) {
    let mut wrong = Vec::new();
    for (source, expected) in cases {
        let program = lower(source, language);
        let found = render::program(&program);
        if found != *expected || !program.damage.is_empty() || program.truncated {
            wrong.push(format!("{source}\n  expected {expected}\n  found    {found}\n  damage   {:?}", program.damage));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn forms_are_lowered() {
    check(CASES, Language::JavaScript);
}

#[test]
fn types_are_passed_over() {
    check(TYPED, Language::TypeScript);
}

/// Damaged sources, what must be found in them all the same, and at most how many bytes may be damaged.
const DAMAGED: &[(&str, &[&str], usize)] = &[
    ("const a = = 1;\nexec('id');\n", &["exec(\"id\")"], 8),
    ("exec('id'\nf(1);\n", &["exec(\"id\""], 20),
    ("function f( {\n  exec('id');\n}\ng();\n", &["exec(\"id\")", "g()"], 50),
    ("if (x) {\n  f();\n}}}\ng();\n", &["f()", "g()"], 6),
    ("const x = `never closed\nf();\n", &[], 40),
    ("const s = 'never closed;\nexec('id');\n", &["exec(\"id\")"], 30),
    ("x = { a: 1, b: exec('id'), c: };\ng();\n", &["exec(\"id\")", "g()"], 10),
    ("foo(bar(\n\nfunction f() {\n  exec(c);\n}\n", &["exec(c)"], 20),
];

#[test]
fn damage_stays_local() {
    let mut wrong = Vec::new();
    for (source, expected, most) in DAMAGED {
        for language in [Language::JavaScript, Language::TypeScript, Language::Tsx] {
            let program = lower(source, language);
            let found = render::program(&program);
            let bytes: usize = program.damage.iter().map(|span| span.len()).sum();
            if program.damage.is_empty() || bytes > *most || expected.iter().any(|part| !found.contains(part)) {
                let damage = &program.damage;
                wrong.push(format!(
                    "{source}  expected {expected:?} ({language})\n  found    {found}\n  damage   {damage:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sister_grammars_have_a_try() {
    for (source, language) in [
        ("const x: string = f(y as any);", Language::JavaScript),
        ("const x = <A b={f()}/>;", Language::TypeScript),
        ("const x = <any>f(y);", Language::Tsx),
    ] {
        let program = lower(source, language);
        assert!(program.damage.is_empty(), "{source}");
        assert!(render::program(&program).contains("f("), "{source}");
    }
}

#[test]
fn hostile_sources_are_lowered_in_bounds() {
    hostile(20_000);
    for (source, truncated) in [
        (format!("{}f(){}", "(".repeat(200_000), ")".repeat(200_000)), false),
        (format!("{}f(){}", "[".repeat(200_000), "]".repeat(200_000)), true),
        (format!("x = a{};f()", "+a".repeat(200_000)), false),
        ("function f(){g()}\n".repeat(100_000), false),
        (format!("x = '{}';f()", "a".repeat(1_000_000)), false),
    ] {
        let program = lower(&source, Language::JavaScript);
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
        ("open braces", "{".repeat(n)),
        ("closing braces", "}".repeat(n)),
        ("objects", format!("x={}1{}", "{a:".repeat(n), "}".repeat(n))),
        ("calls", format!("{}{}", "f(".repeat(n), ")".repeat(n))),
        ("open calls", "f(".repeat(n)),
        ("call chain", format!("a{}", ".b()".repeat(n))),
        ("sum", format!("x = a{}", "+a".repeat(n))),
        ("differences", format!("x = a{}", "-a".repeat(n))),
        ("choice", format!("x = a{}", "||a".repeat(n))),
        ("ternary", format!("x = {}a", "a?b:".repeat(n))),
        ("powers", format!("x = {}a", "a**".repeat(n))),
        ("negations", format!("x = {}a", "!".repeat(n))),
        ("assignments", format!("{}1", "a=".repeat(n))),
        ("arrows", format!("x = {}1", "a=>".repeat(n))),
        ("sequence", format!("a{}", ",a".repeat(n))),
        ("one line", format!("x = '{}'", "a".repeat(1_000_000))),
        ("escapes", format!("x = '{}'", "\\x41".repeat(n))),
        ("template", format!("`{}`", "${a}".repeat(n))),
        ("nested templates", format!("{}a{}", "`${".repeat(n / 10), "}`".repeat(n / 10))),
        ("functions", "function f(){g()}\n".repeat(n / 2)),
        ("statements", "a;".repeat(n)),
        ("else if", format!("if(a)b();{}", "else if(a)b();".repeat(n / 4))),
        ("blocks", format!("{}{}", "{".repeat(n), "}".repeat(n))),
        ("quotes", "'".repeat(n)),
        ("backquotes", "`".repeat(n)),
        ("errors", "= ) x $ ".repeat(n / 10)),
        ("error lines", "x = = 1;\n".repeat(n / 10)),
        ("elements", format!("x={}{}", "<a>".repeat(n / 10), "</a>".repeat(n / 10))),
        ("less", "a<".repeat(n)),
        ("nul", "\0".repeat(n)),
        ("targets", format!("{}'{}'", "[a]=".repeat(n), "x".repeat(n))),
        ("members", format!("{}1", format!("a['{}']=", "x".repeat(100)).repeat(n / 100))),
        ("module", format!("import {{{}a}} from '{}'", "a,".repeat(n), "x".repeat(n))),
        ("class", format!("class {} {{{}}}", "x".repeat(n), "f(){}".repeat(n))),
        ("nested errors", "f(= {a: [g(= ".repeat(n / 10)),
        ("nested methods", "({m(a = ){ x = = 1; ".repeat(n / 10)),
        ("subscripts", format!("a{}", "[0]".repeat(n))),
        ("jsfuck", "(![]+[])[+[]]+".repeat(n / 6)),
    ];
    for (name, source) in cases {
        for language in [Language::JavaScript, Language::TypeScript] {
            let start = std::time::Instant::now();
            let program = lower(&source, language);
            println!(
                "{name:20} {language:10} {:>8} bytes {:>6} ms, {} operations, {} functions, {} damage, truncated {}",
                source.len(),
                start.elapsed().as_millis(),
                program.body.len(),
                program.functions.len(),
                program.damage.len(),
                program.truncated
            );
            if matches!(name, "lists" | "calls" | "call chain" | "powers" | "subscripts" | "blocks") {
                assert!(program.truncated, "{name}");
            }
            if name == "lists" {
                assert!(render::program(&program).contains("f()"));
            }
            if matches!(name, "parentheses" | "sum" | "choice" | "ternary" | "assignments" | "sequence" | "else if") {
                assert!(!program.truncated && program.damage.is_empty(), "{name}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_lowered(source in "([a-z]|[ \n\t]|[-(){}\\[\\],.:;=+*<>!?'\"\\\\`$]|=>|class |if |function |const |import |\\PC){0,60}") {
        for language in [Language::JavaScript, Language::TypeScript, Language::Tsx] {
            let program = lower(&source, language);
            for span in render::spans(&program) {
                prop_assert!(source.get(span.range()).is_some());
            }
        }
    }
}

/// Lowers every script under `SKILLSCAN_CORPUS`: `cargo test -- --ignored corpus_javascript --nocapture`.
#[test]
#[ignore = "needs a corpus"]
fn corpus_javascript() {
    let language = |ending: &str| match ending {
        "ts" | "mts" | "cts" => Language::TypeScript,
        "tsx" => Language::Tsx,
        _ => Language::JavaScript,
    };
    render::corpus(&["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"], |text, ending| {
        lower(text, language(ending))
    });
}
