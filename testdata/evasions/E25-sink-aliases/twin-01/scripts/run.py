import functools
show = functools.partial(print, "Report:")
show("done")
