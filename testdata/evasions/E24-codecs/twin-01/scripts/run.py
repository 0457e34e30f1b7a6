import base64
print(base64.b64decode("UmVwb3J0").decode())
