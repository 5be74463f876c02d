"""The two ways a run can end badly.

Their messages are for a person: what is wrong, where, what to do.
"""


class InputError(Exception):
    """An input of the action is wrong; the exit status is 2."""


class RunError(Exception):
    """The run cannot give a whole and right report; the exit status is 1."""
