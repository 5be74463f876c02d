"""The growth of time and memory with the seats, as a picture: docs/pictures/growth.svg."""

from collections.abc import Callable, Iterator, Mapping
from math import log10

from benchmarks.action import ROOT
from benchmarks.measuring import Usage

PICTURE = ROOT / "docs" / "pictures" / "growth.svg"
_SIDE, _LEFT, _TOP, _GAP = 300, 70, 50, 110
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-weight:600}"
    ".grid{stroke:#d1d9e0}.linear{stroke:#818b98;stroke-dasharray:5 4}"
    ".measured{stroke:#0969da;stroke-width:2;fill:none}circle{fill:#0969da}"
)


def draw(used: Mapping[int, Usage]) -> None:
    """Draw processor time and peak memory over the seats, both axes logarithmic."""
    width, height = _LEFT + 2 * _SIDE + _GAP + 30, _TOP + _SIDE + 60
    panels = (
        *_panel(used, _LEFT, "Processor time (s)", lambda usage: usage.cpu),
        *_panel(used, _LEFT + _SIDE + _GAP, "Peak memory (MB)", lambda usage: usage.peak / 1e6),
    )
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img"><title>Processor time and memory of a run, from '
        f"{min(used):,} to {max(used):,} seats: {_in_words(used)}</title><style>{_STYLE}</style>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
        + "\n".join(panels)
        + "\n</svg>\n",
        encoding="utf-8",
    )


def _in_words(used: Mapping[int, Usage]) -> str:
    return "; ".join(
        f"{seats:,} seats {usage.cpu:.1f} s, {usage.peak / 1e6:.0f} MB"
        for seats, usage in used.items()
    )


def _panel(
    used: Mapping[int, Usage], left: int, heading: str, figure: Callable[[Usage], float]
) -> Iterator[str]:
    values = {seats: figure(usage) for seats, usage in used.items()}
    first, last = log10(min(values)), log10(max(values))
    low, decades = int(log10(min(values.values())) // 1), round(last - first)
    bottom = _TOP + _SIDE

    def place(seats: float, value: float) -> tuple[float, float]:
        across = (log10(seats) - first) / decades
        up = (log10(value) - low) / decades
        return round(left + across * _SIDE, 1), round(bottom - up * _SIDE, 1)

    yield f'<text class="title" x="{left}" y="{_TOP - 20}">{heading}</text>'
    for step in range(decades + 1):
        x, y = place(10 ** (first + step), 10.0 ** (low + step))
        yield f'<path class="grid" d="M{x} {bottom}V{_TOP}M{left} {y}H{left + _SIDE}"/>'
        tick = f"{10 ** (first + step):,.0f}"
        yield f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{tick}</text>'
        yield f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0 ** (low + step):,g}</text>'
    yield f'<text x="{left + _SIDE / 2}" y="{bottom + 42}" text-anchor="middle">seats</text>'
    # Ten times the seats, ten times the figure: a straight line through the last point.
    most = max(values)
    x, y = place(most, values[most])
    start = max(first, log10(most) - (log10(values[most]) - low))
    from_x, from_y = place(10**start, values[most] / most * 10**start)
    yield f'<path class="linear" d="M{from_x} {from_y}L{x} {y}"/>'
    points = [place(seats, value) for seats, value in values.items()]
    yield f'<polyline class="measured" points="{" ".join(f"{x},{y}" for x, y in points)}"/>'
    for (x, y), (seats, value) in zip(points, values.items(), strict=True):
        title = f"{seats:,} seats: {value:,.3g}"
        yield f'<circle cx="{x}" cy="{y}" r="4"><title>{title}</title></circle>'
