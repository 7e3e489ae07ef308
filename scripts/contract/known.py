"""The differences that are meant, each with its reason."""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from scripts.contract.bodies import Difference
from scripts.contract.comparing import ABSENT


@frozen
class Known:
    """A difference that is meant.

    Attributes:
        operation: The operation's name.
        place: The place in it, as the report names it.
        document: What the document has there, word for word: when that changes, the entry no
            longer explains it.
        package: What the package has there, word for word.
        reason: Why that is right.
    """

    operation: str
    place: str
    document: str
    package: str
    reason: str

    def explains(self, difference: Difference) -> bool:
        """Whether a difference is this one."""
        return (self.operation, self.place, self.document, self.package) == (
            difference.operation,
            difference.place,
            difference.document,
            difference.package,
        )


def read(path: Path) -> list[Known]:
    """The list of a file, one for each place that an entry names as `operation: place`."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["known"]
    return [
        Known(operation, place, entry["document"], entry["package"], entry["reason"])
        for entry in entries
        for operation, _, place in (where.partition(": ") for where in entry["where"])
    ]


def set_aside(
    differences: Sequence[Difference], known: Iterable[Known]
) -> tuple[list[Difference], list[Known]]:
    """The differences that no entry explains, and the entries that explain none.

    What is said of an operation that one side does not have waits until it has.
    """
    entries = [*known]
    absent = {one.operation for one in differences if one.place == ABSENT}
    return (
        [one for one in differences if not any(entry.explains(one) for entry in entries)],
        [
            entry
            for entry in entries
            if entry.operation not in absent and not any(map(entry.explains, differences))
        ],
    )
