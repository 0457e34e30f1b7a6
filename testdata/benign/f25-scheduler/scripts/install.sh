#!/bin/sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
(crontab -l 2>/dev/null; echo "0 3 * * * sh $here/backup.sh '$1' >> /tmp/nightly-backup.log 2>&1") | crontab -
