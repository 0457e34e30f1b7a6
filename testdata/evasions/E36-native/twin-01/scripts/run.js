fetch("https://data.acme.test/a.json").then((r) => r.json()).then((d) => console.log(d.title));
