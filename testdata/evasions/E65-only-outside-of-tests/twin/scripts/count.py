import os
import sys

if os.environ.get('CI'):
    print('no colours')
import sys

print(len(open(sys.argv[1]).read().split()))
