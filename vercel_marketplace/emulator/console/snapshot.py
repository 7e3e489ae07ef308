"""`Snapshot`: an emulator at a moment."""

from datetime import datetime
from typing import Final

from attrs import frozen

from vercel_marketplace.emulator.state import State

VERSION: Final = 1
"""The version of the format of files."""


@frozen(kw_only=True)
class Snapshot:
    """An emulator at a moment.

    Attributes:
        now: The time on its clock.
        state: Its state.
        version: The version of the file's format.
    """

    now: datetime
    state: State
    version: int = VERSION
