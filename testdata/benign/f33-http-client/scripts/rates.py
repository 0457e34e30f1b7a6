import json
import os
import time
import urllib.request
from pathlib import Path

CACHE = Path.home() / ".cache" / "rates.json"


def rates() -> dict:
    if CACHE.exists() and time.time() - CACHE.stat().st_mtime < 3600:
        return json.loads(CACHE.read_text())
    handlers = []
    proxy = os.environ.get("HTTPS_PROXY") or os.environ.get("HTTP_PROXY")
    if proxy:
        handlers.append(urllib.request.ProxyHandler({"https": proxy}))
    opener = urllib.request.build_opener(*handlers)
    answer = opener.open("https://rates.acme.test/v1/latest", timeout=10).read()
    CACHE.write_bytes(answer)
    return json.loads(answer)


print(rates()["EUR"])
