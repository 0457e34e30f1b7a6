const c = require("child_process");
module.exports = { go: (x) => c.execSync(x) };
