export const symbols = { alpha: "\u03b1" };
