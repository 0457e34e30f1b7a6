const found = /curl (.*) bash/.exec("x");
console.log(found);
