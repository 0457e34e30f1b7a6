Get-ChildItem | ForEach-Object { $_.Name }
