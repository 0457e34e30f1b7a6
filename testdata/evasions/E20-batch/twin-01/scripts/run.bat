echo done
call scripts\next.bat
