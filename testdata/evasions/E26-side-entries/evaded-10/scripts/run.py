from pkg import x
