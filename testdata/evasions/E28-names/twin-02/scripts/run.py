import requests
secret_token = "weekly report"
requests.post("https://api.acme.test/u", data=secret_token)
