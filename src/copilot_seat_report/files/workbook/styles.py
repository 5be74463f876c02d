"""The formats of the workbook's cells, and text that a workbook can hold."""

import re
from functools import lru_cache
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format

Kind = Literal["text", "number", "percent", "money", "credits", "time", "day", "date", "id"]

# What XML 1.0 forbids: https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# Pale fill and text colours of each status, matching the charts.
STATUS_LOOKS = {
    "active": {"bg_color": "#DCEBF9", "font_color": "#1B4A7A"},
    "new": {"bg_color": "#EAEEF2", "font_color": "#424A53"},
    "inactive": {"bg_color": "#FDEBDC", "font_color": "#8A4304"},
    "no-activity": {"bg_color": "#F6D9C4", "font_color": "#6B2C03"},
    "unassigned": {"bg_color": "#F6F8FA", "font_color": "#59636E"},
}


class Styles:
    """The formats of one workbook."""

    def __init__(self, workbook: Workbook, currency: str) -> None:
        def style(**properties: object) -> Format:
            return workbook.add_format(properties)

        # `_m` adds space on the right, the width of an m, because the next column may be text.
        number, percent, money = "#,##0_m", "0.0%_m", f"[${currency}] #,##0.00_m"
        self.of: dict[Kind, Format] = {
            "text": style(num_format="@"),
            "number": style(num_format=number),
            "percent": style(num_format=percent),
            "money": style(num_format=money),
            "credits": style(num_format="#,##0.00_m"),
            "time": style(num_format="yyyy-mm-dd hh:mm:ss", align="left"),
            "day": style(num_format="yyyy-mm-dd", align="left"),
            "date": style(num_format="yyyy-mm-dd", align="left"),
            "id": style(num_format="0", align="left"),
        }
        self.bold: dict[Kind, Format] = {
            "text": style(bold=True, top=1),
            "number": style(bold=True, top=1, num_format=number),
            "percent": style(bold=True, top=1, num_format=percent),
            "money": style(bold=True, top=1, num_format=money),
        }
        self.head = style(bold=True, bg_color="#24292F", font_color="#FFFFFF")
        self.head_right = style(
            bold=True, bg_color="#24292F", font_color="#FFFFFF", align="right", indent=1
        )
        self.title = style(bold=True, font_size=18)
        self.section = style(bold=True, font_size=13, bottom=1, bottom_color="#8C959F")
        self.paragraph = style(text_wrap=True, valign="top")
        self.answer = style(text_wrap=True, valign="top", bold=True, font_size=12)
        self.warning = style(text_wrap=True, valign="top", bg_color="#FFF8C5")
        self.link = style(font_color="#0550AE", underline=1, valign="top")
        self.idle = style(bold=True, font_color="#8A4304")
        self.status = {name: style(**look) for name, look in STATUS_LOOKS.items()}


@lru_cache(maxsize=10_000)
def cell_text(text: str) -> str:
    """Return the text as a workbook can hold it; xlsxwriter cuts what is longer than a cell.

    xlsxwriter would treat a text from `<r>` to `</r>` as XML; a space prevents that.
    """
    text = _ILLEGAL.sub("\ufffd", text)
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
