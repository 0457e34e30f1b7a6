import sys

import count

print(count.words(open(sys.argv[1]).read()))
