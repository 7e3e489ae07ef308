"""Tells where the package departs from an OpenAPI document of the Marketplace API.

    python -m scripts.check_contract DOCUMENT

DOCUMENT is a file in JSON; for one in YAML, convert it first. What is compared: which
operations there are, their methods, paths, parameters, tokens, statuses and deprecations, and
field by field what their requests and answers hold. Differences that are meant are listed, with
the reason, in `scripts/known_differences.toml`.

Exit code 0: nothing but known differences. 1: others, or entries of the list that explain
nothing any more. 2: there is no such document.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scripts.contract import known
from scripts.contract.comparing import compare
from scripts.contract.document import DocumentError, operations_in
from scripts.contract.package import operations_of_package
from scripts.contract.report import report, summary
from scripts.contract.shapes import Operation

KNOWN: Final = Path(__file__).with_name("known_differences.toml")


def load(path: Path) -> list[Operation]:
    """The operations of a document.

    Raises:
        DocumentError: There is none that can be read.
    """
    try:
        document = json.loads(path.read_bytes())
    except OSError as error:
        raise DocumentError(error.strerror) from error
    except (ValueError, RecursionError) as error:
        msg = f"not JSON: {error}"
        raise DocumentError(msg) from error
    return operations_in(document)


def check(documented: Sequence[Operation], entries: Sequence[known.Known]) -> int:
    """Print the report; give the exit code."""
    ours = operations_of_package()
    differences = compare(documented, ours)
    unexplained, stale = known.set_aside(differences, entries)
    for line in report(unexplained, stale, [*documented, *ours]):
        print(line)
    explained = len(differences) - len(unexplained)
    print(summary(unexplained, stale, explained, len(ours)))
    return 1 if unexplained or stale else 0


def main(arguments: Sequence[str]) -> int:
    """Run the command; give the exit code."""
    if len(arguments) != 1:
        print("usage: python -m scripts.check_contract DOCUMENT", file=sys.stderr)
        return 2
    try:
        documented = load(Path(arguments[0]))
    except DocumentError as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)
        return 2
    return check(documented, known.read(KNOWN))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
