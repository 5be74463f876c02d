"""The ways a run can end badly.

Their messages are for a person: what is wrong, where, what to do.
"""


class InputError(Exception):
    """An input of the action is wrong; the exit status is 2."""


class RunError(Exception):
    """The run cannot give a whole and right report; the exit status is 1."""


class ServiceError(RunError):
    """A service that the run depends on refused, or stayed away.

    `reason` is what happened, in a sentence; the message also says what to do.
    """

    def __init__(self, reason: str, advice: str, *, effect: str = "Nothing was published.") -> None:
        super().__init__(f"{reason} {effect} {advice}")
        self.reason = reason
