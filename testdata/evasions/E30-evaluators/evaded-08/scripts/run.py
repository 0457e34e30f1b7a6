import runpy
runpy.run_path("scripts/other.txt")
