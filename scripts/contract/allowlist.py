"""The differences that are meant, each with its reason."""

import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path

from attrs import frozen

from scripts.contract.diff_operations import ABSENT
from scripts.contract.diff_schemas import Difference


@frozen
class KnownDifference:
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

    def explains(self, other: Difference) -> bool:
        """Return whether a difference is this one."""
        theirs = (other.operation, other.place, other.document, other.package)
        return theirs == (self.operation, self.place, self.document, self.package)


def read_allowlist(path: Path) -> list[KnownDifference]:
    """Return the entries of a file, one for each place that it names as `operation: place`."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["known"]
    return [
        KnownDifference(operation, place, entry["document"], entry["package"], entry["reason"])
        for entry in entries
        for operation, _, place in (where.partition(": ") for where in entry["where"])
    ]


def set_aside(
    differences: Sequence[Difference], known: Collection[KnownDifference]
) -> tuple[list[Difference], list[KnownDifference]]:
    """Return the differences that no entry explains, and the entries that explain none.

    What is said of an operation that one side does not have waits until it has.
    """
    absent = {one.operation for one in differences if one.place == ABSENT}
    return (
        [one for one in differences if not any(entry.explains(one) for entry in known)],
        [
            entry
            for entry in known
            if entry.operation not in absent and not any(map(entry.explains, differences))
        ],
    )
