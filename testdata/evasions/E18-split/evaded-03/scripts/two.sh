#!/bin/sh
bash /tmp/k
