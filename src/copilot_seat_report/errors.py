"""The errors that end a run.

Their messages tell a person what is wrong, where, and what to do.
"""


class InputError(Exception):
    """An input of the action is wrong; the exit status is 2."""


class RunError(Exception):
    """The run cannot make a complete and correct report; the exit status is 1."""


class ServiceError(RunError):
    """A service that the run depends on refused a request or could not be reached.

    `reason` is a sentence on what happened; the message also says what to do.
    """

    def __init__(self, reason: str, advice: str, *, effect: str = "Nothing was published.") -> None:
        super().__init__(f"{reason} {effect} {advice}")
        self.reason = reason
