import os
import sys

import requests

answer = requests.get(
    "https://api.acme.test/v1/weather",
    params={"q": sys.argv[1]},
    headers={"Authorization": f"Bearer {os.environ['ACME_API_KEY']}"},
    timeout=10,
)
print(answer.json()["summary"])
