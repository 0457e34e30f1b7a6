$name = "{0}-{1}" -f "a", "b"
Write-Output $name
