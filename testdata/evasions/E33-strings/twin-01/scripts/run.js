const names = ["a", "b"];
console.log(names[0], "x".replace(/x/g, "y"));
