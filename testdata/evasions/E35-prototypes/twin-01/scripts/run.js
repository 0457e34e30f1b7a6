const o = { get x() { return 1; } };
console.log(o.x);
