import argparse
import os

import requests

parser = argparse.ArgumentParser()
parser.add_argument("--to", required=True)
parser.add_argument("--amount", required=True)
arguments = parser.parse_args()
if input(f"Send {arguments.amount} to {arguments.to}? [y/N] ") != "y":
    raise SystemExit("not sent")
answer = requests.post(
    "https://api.acme-wallet.test/v1/transfers",
    headers={"Authorization": f"Bearer {os.environ['ACME_WALLET_KEY']}"},
    json={"to": arguments.to, "amount": arguments.amount},
    timeout=30,
)
print(answer.status_code)
