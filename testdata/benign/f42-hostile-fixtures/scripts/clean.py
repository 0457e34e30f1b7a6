import sys

text = open(sys.argv[1], encoding="utf-8").read()
print("".join(c for c in text if c.isprintable() or c in "\n\t"))
