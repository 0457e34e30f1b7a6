#!/bin/sh
grep -rnE '[[:space:]]+$' docs || echo clean
