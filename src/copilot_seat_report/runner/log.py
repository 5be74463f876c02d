"""The job's log: annotations, masks, groups, progress.

It uses actions-toolkit's `command`; other modules of the package would load an API client that this
action does not need. Escaping follows
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

from actions_toolkit.command import Command

_SECONDS_BETWEEN_PROGRESS = 2.0


@dataclass
class Log:
    """Writes to the runner's log or to a terminal; safe to use from several threads.

    `shell_terms` rewrites an annotation, which names inputs, for a shell.
    """

    in_workflow: bool
    shell_terms: Callable[[str], str] = str
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def info(self, text: str) -> None:
        """Log a line."""
        self._print(self._safe(text))

    def notice(self, text: str) -> None:
        """Log a notice, which the run's page also shows."""
        self._annotate("notice", text)

    def warning(self, text: str) -> None:
        """Log a warning, which the run's page also shows."""
        self._annotate("warning", text)

    def error(self, text: str) -> None:
        """Log why the run failed."""
        self._annotate("error", text)

    def error_before_exit(self, text: str) -> None:
        """Log why the run ends, from a signal handler.

        The interrupted code may hold the lock, or may be inside a group or a line.
        """
        end = f"{Command('endgroup', {}, '')}\n" if self.in_workflow else ""
        line = f"\n{end}{self._annotation('error', text)}\n"
        os.write(self._file.fileno(), line.encode())

    def mask(self, secret: str) -> None:
        """Make the runner hide a secret in everything that is logged from now on."""
        if self.in_workflow:
            self._print(str(Command("add-mask", {}, secret)))

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """Group the lines logged inside under a title."""
        if not self.in_workflow:
            self.info(title)
            yield
            return
        self._print(str(Command("group", {}, self._safe(title))))
        try:
            yield
        finally:
            self._print(str(Command("endgroup", {}, "")))

    @contextmanager
    def progress(self, what: str) -> Iterator[Callable[[int, int | None], None]]:
        """Show the progress of long work: a bar on a terminal, or a line now and then elsewhere.

        Yields a function to call with the amount done and the total (None: unknown).
        """
        if not self.in_workflow and sys.stderr.isatty():
            from tqdm import tqdm  # only a terminal needs it

            with tqdm(desc=self._safe(what), unit=" seats", leave=False) as bar:

                def show(done: int, total: int | None) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                yield show
            return
        last_shown = time.monotonic()

        def say(done: int, total: int | None) -> None:
            nonlocal last_shown
            if time.monotonic() - last_shown >= _SECONDS_BETWEEN_PROGRESS:
                last_shown = time.monotonic()
                self.info(f"{what}: {done:,}" + (f" of {total:,}" if total is not None else ""))

        yield say

    def _annotate(self, level: str, text: str) -> None:
        self._print(self._annotation(level, text))

    def _annotation(self, level: str, text: str) -> str:
        if not self.in_workflow:
            return self._safe(f"{level}: {self.shell_terms(text)}")
        return str(Command(level, {"title": "Copilot Seat Report"}, self._safe(text)))

    def _print(self, line: str) -> None:
        with self._lock:
            print(line, file=self._file, flush=True)

    @property
    def _file(self) -> TextIO:
        return sys.stdout if self.in_workflow else sys.stderr

    def _safe(self, text: str) -> str:
        """Return the text as one line that is not a command to the runner.

        The runner reads `::` at the start of a line, and `##[` anywhere in it, as a command.
        """
        text = "".join(char if char.isprintable() else "\ufffd" for char in text)
        text = text.replace("##[", "# # [")
        return f": :{text.lstrip()[2:]}" if text.lstrip().startswith("::") else text
