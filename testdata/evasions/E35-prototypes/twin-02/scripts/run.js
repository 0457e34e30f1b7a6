Reflect.apply(Math.max, null, [1, 2]);
