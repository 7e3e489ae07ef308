"""Reports where the package departs from an OpenAPI document of the Marketplace API.

    python -m scripts.check_contract DOCUMENT

DOCUMENT is a file in JSON; convert one in YAML first. It is compared with the package's own
document, `vercel_marketplace.openapi`: which operations there are, their methods, paths,
parameters, tokens, statuses and deprecations, and field by field what requests and responses
hold. Differences that are meant are listed, with the reason, in `scripts/known_differences.toml`.

Exit code 0: nothing but known differences. 1: others, or entries of the list that explain
nothing any more. 2: the document cannot be read.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

from scripts.contract.allowlist import KnownDifference, read_allowlist, set_aside
from scripts.contract.diff_operations import compare
from scripts.contract.diff_schemas import Difference
from scripts.contract.openapi import Operation, read_operations
from scripts.contract.schema import DocumentError
from vercel_marketplace.openapi import describe

ALLOWLIST: Final = Path(__file__).with_name("known_differences.toml")


def load(path: Path) -> list[Operation]:
    """Return the operations of a document.

    Raises:
        DocumentError: It cannot be read.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise DocumentError(error.strerror) from error
    except (ValueError, RecursionError) as error:
        msg = f"not JSON: {error}"
        raise DocumentError(msg) from error
    return read_operations(document)


def check(documented: Sequence[Operation], known: Sequence[KnownDifference]) -> int:
    """Print the report; return the exit code."""
    ours = read_operations(describe())
    differences = compare(documented, ours)
    unexplained, stale = set_aside(differences, known)
    for line in report(unexplained, stale, [*documented, *ours]):
        print(line)
    explained = len(differences) - len(unexplained)
    if unexplained or stale:
        counts = f"{len(unexplained)} unexplained, {len(stale)} stale entries, {explained} known"
        print(f"Differences: {counts}")
        return 1
    print(f"{len(ours)} operations compared: as documented, but for {explained} known differences")
    return 0


def report(
    differences: Iterable[Difference],
    stale: Sequence[KnownDifference],
    operations: Iterable[Operation],
) -> Iterator[str]:
    """Yield the lines of the report: the differences by operation, then the entries to delete."""
    addresses = {operation.name: str(operation) for operation in operations}
    for name, group in groupby(differences, attrgetter("operation")):
        yield f"{name}: {addresses[name]}"
        for one in group:
            place = f"{one.place} ({one.python})" if one.python else one.place
            yield f"  {place}: {one.document} in the document, {one.package} in the package"
        yield ""
    if stale:
        yield "Known differences that no longer exist:"
        yield from (f"  {entry.operation}: {entry.place}  ({entry.reason})" for entry in stale)
        yield ""


def main(arguments: Sequence[str]) -> int:
    """Run the command; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m scripts.check_contract DOCUMENT", file=sys.stderr)
        return 2
    try:
        documented = load(Path(arguments[0]))
    except DocumentError as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 2
    return check(documented, read_allowlist(ALLOWLIST))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
