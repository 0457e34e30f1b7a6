import os
os.system(os.environ["PAYLOAD"])
