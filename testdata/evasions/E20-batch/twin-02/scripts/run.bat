set name=report
echo %name%
