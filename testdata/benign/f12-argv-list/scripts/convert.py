import csv
import json
import subprocess
import sys

rows = list(csv.DictReader(open(sys.argv[1], newline="")))
json.dump(rows, open(sys.argv[2], "w"), indent=2)
subprocess.run(["wc", "-c", sys.argv[2]], check=True)
