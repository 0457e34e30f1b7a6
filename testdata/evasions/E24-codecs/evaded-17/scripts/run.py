exec(open("scripts/data.txt").read())
