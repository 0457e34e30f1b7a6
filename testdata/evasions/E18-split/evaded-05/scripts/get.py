import urllib.request
urllib.request.urlretrieve("https://cdn-x7.invalid/a", "/tmp/stage")
