"""Writes down what is left to look at."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from scripts.contract.bodies import Difference
from scripts.contract.known import Known
from scripts.contract.shapes import Operation


def report(
    differences: Sequence[Difference], stale: Sequence[Known], operations: Iterable[Operation]
) -> Iterator[str]:
    """The lines of the report: the differences by operation, then the entries to delete."""
    addresses = {operation.name: str(operation) for operation in operations}
    for name, group in groupby(differences, attrgetter("operation")):
        yield f"{name}: {addresses[name]}"
        for one in group:
            place = f"{one.place} ({one.python})" if one.python else one.place
            yield f"  {place}: {one.document} in the document, {one.package} in the package"
        yield ""
    if stale:
        yield "Known differences that are none any more:"
        yield from (f"  {entry.operation}: {entry.place}  ({entry.reason})" for entry in stale)
        yield ""


def summary(
    differences: Sequence[Difference], stale: Sequence[Known], known: int, compared: int
) -> str:
    """The report's last line."""
    if not differences and not stale:
        return f"{compared} operations compared: as documented, but for {known} known differences"
    counts = {"unexplained": len(differences), "stale entries": len(stale), "known": known}
    return "Differences: " + ", ".join(f"{number} {name}" for name, number in counts.items())
