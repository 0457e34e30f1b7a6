"""Counts the lines of a report."""
import sys


def count(path):
    """The number of lines of a file."""
    with open(path, encoding="utf-8") as report:
        return sum(1 for _ in report)


if __name__ == "__main__":
    print(count(sys.argv[1]))
