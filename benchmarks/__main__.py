"""Measure, print the table, and with `--write` keep it in docs/performance.md.

python -m benchmarks [--write] [whole_run first_request scale workbook page image metrics history]
"""

import argparse
from importlib import import_module

from benchmarks import results

ALL = ("whole_run", "first_request", "scale", "workbook", "page", "image", "metrics", "history")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmarks", nargs="*", choices=[*ALL, []], help="all, if none is named")
    parser.add_argument("--write", action="store_true", help="keep it in docs/performance.md")
    options = parser.parse_args()
    done = []
    for name in options.benchmarks or ALL:
        for result in import_module(f"benchmarks.{name}").measure():
            print(result.row, flush=True)
            done.append(result)
    print(f"\n{results.table(done)}\n{results.machine()}")
    if options.write:
        results.write(done)


if __name__ == "__main__":
    main()
