bash /tmp/stage
