import subprocess
import sys


def version():
    print(subprocess.run(['wc', '--version'], check=True))


def main():
    print(sys.argv[1])
