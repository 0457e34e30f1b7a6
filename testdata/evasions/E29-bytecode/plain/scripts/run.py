import sys

from count import count

print(count(sys.argv[1]))
