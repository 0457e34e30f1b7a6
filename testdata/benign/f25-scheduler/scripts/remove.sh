#!/bin/sh
crontab -l | grep -v nightly-backup | crontab -
