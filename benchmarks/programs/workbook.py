"""Write the tables of a pickled report as a workbook, by the action's writer or by pandas' own.

python workbook.py make 100000 report.pickle      make the report
python workbook.py load report.pickle             only load it, as the two others do
python workbook.py write_workbook report.pickle out.xlsx
python workbook.py to_excel report.pickle out.xlsx
"""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))

import msgspec
import pandas as pd

from copilot_seat_report.files import workbook
from copilot_seat_report.github.copilot import Seat
from copilot_seat_report.report.model import Report
from tests import made_up
from tests.reports import report_of


def make(count: str, path: str) -> None:
    seats = msgspec.convert(made_up.seats(int(count)), list[Seat])
    Path(path).write_bytes(pickle.dumps(report_of(seats)))


def load(path: str) -> Report:
    report: Report = pickle.loads(Path(path).read_bytes())
    return report


def write_workbook(path: str, to: str) -> None:
    workbook.write_workbook(load(path), Path(to))


def to_excel(path: str, to: str) -> None:
    with pd.ExcelWriter(to, engine="xlsxwriter") as writer:
        for sheet in workbook._tables(load(path)):
            table = pd.DataFrame({column.name: column.cells for column in sheet.columns})
            for name in table.select_dtypes("datetimetz"):
                table[name] = table[name].dt.tz_localize(None)  # a workbook knows no time zones
            table.to_excel(writer, sheet_name=sheet.title, index=False)


if __name__ == "__main__":
    commands: dict[str, Callable[..., object]] = {
        each.__name__: each for each in (make, load, write_workbook, to_excel)
    }
    commands[sys.argv[1]](*sys.argv[2:])
