"""`UNSET`: a field that is left out, where null says something of its own."""

from enum import Enum
from typing import Final, Literal


class Unset(Enum):
    """The type of `UNSET`, its only member; false, so that `if field:` asks for a value."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""Leaves a field out, where `None` is sent as null and means "clear it".

Only the fields whose default it is know it; everywhere else `None` leaves a field out.
"""
