import zlib
print(zlib.crc32(b"report"))
