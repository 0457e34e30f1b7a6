class A { constructor() { this.a = 1; } }
new A();
