"""Measure every subject twice, print the table, and keep it in docs/performance.md.

python -m benchmarks                  all subjects, into the document
python -m benchmarks scale page …     only these, once, and only printed
"""

import argparse
import sys

from benchmarks import results
from benchmarks.subjects import SUBJECTS, measured

TIMES = 2


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("subjects", nargs="*", choices=[*SUBJECTS, []])
    asked = parser.parse_args().subjects
    of_subjects = measured(
        {name: SUBJECTS[name] for name in asked or SUBJECTS}, 1 if asked else TIMES
    )
    print(f"\n{results.text(of_subjects)}")
    if not asked:
        results.write(of_subjects)
    sys.exit(1 if of_subjects.failed else 0)


if __name__ == "__main__":
    main()
