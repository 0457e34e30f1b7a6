import argparse
import os

import requests

parser = argparse.ArgumentParser()
parser.add_argument("picture")
parser.add_argument("--out", default="out.png")
arguments = parser.parse_args()
with open(arguments.picture, "rb") as picture:
    answer = requests.post(
        "https://api.acme.test/v1/cut",
        headers={"X-Api-Key": os.environ["ACME_API_KEY"]},
        files={"image": picture},
        timeout=60,
    )
with open(arguments.out, "wb") as out:
    out.write(answer.content)
