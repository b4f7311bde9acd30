"""What a step refuses, as a value: pages show the message, programs read the code."""

from typing import Any


class Refused(Exception):
    """A step that may not be taken. `code` is stable, `message` is for people and translated."""

    def __init__(self, code: str, message: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class IllegalMove(Refused):
    """A status that cannot follow the present one."""


class LostRace(Refused):
    """Somebody else moved the row first."""


class LeaseLost(Exception):
    """The run belongs to another worker now; whoever sees this writes nothing more."""
