import sys

import utils

print(utils.count(open(sys.argv[1]).read()))
