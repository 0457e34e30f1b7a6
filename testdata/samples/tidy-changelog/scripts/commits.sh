#!/bin/sh
set -eu
git log --no-merges --format='%h %s' "$1"..HEAD
