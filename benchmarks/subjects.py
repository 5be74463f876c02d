"""What is measured, and what each subject needs of the machine."""

import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from benchmarks import (
    demo,
    first_request,
    image,
    metrics,
    octokit,
    page,
    scale,
    sources,
    whole_run,
    workbook,
)
from benchmarks.results import Measured, Result
from tests import chromium, engine, node


def _nothing() -> str:
    return ""


@dataclass(frozen=True)
class Subject:
    """`measure` gives its results as they come; `lacking` names what the machine lacks for it."""

    measure: Callable[[], Iterable[Result]]
    lacking: Callable[[], str] = _nothing


# In the order of the table.
SUBJECTS: Mapping[str, Subject] = {
    "whole_run": Subject(whole_run.measure),
    "octokit": Subject(octokit.measure, node.lacking),
    "first_request": Subject(first_request.measure),
    "scale": Subject(scale.measure),
    "sources": Subject(sources.measure),
    "metrics": Subject(metrics.measure),
    "workbook": Subject(workbook.measure),
    "page": Subject(page.measure, chromium.lacking),
    "image": Subject(image.measure, engine.lacking),
    "demo": Subject(demo.measure),
}


def measured(subjects: Mapping[str, Subject], times: int) -> Measured:
    """Measure all subjects so many times, one after the other.

    One that the machine lacks something for is left out. One that fails is not tried again, and the
    others go on: what they took minutes to find is not lost.
    """
    lacking = {name: subject.lacking() for name, subject in subjects.items()}
    left_out = {name: f"needs {what}" for name, what in lacking.items() if what}
    failed: dict[str, str] = {}
    runs: list[dict[str, Result]] = []
    for _ in range(times):
        runs.append({})
        for name, subject in subjects.items():
            if name in {**left_out, **failed}:
                continue
            try:
                for result in subject.measure():
                    print(result.line, flush=True)
                    runs[-1][result.key] = result
            except Exception as error:  # noqa: BLE001 whatever it is
                traceback.print_exc()
                failed[name] = f"{type(error).__name__}"
    return Measured(runs, left_out, failed)
