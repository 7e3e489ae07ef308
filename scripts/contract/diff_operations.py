"""Finds where the operations of two documents differ. Pure."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, TypeVar

from attrs import evolve

from scripts.contract.diff_schemas import Difference, find_differences
from scripts.contract.openapi import Operation
from scripts.contract.schema import Facts

T = TypeVar("T")

ABSENT: Final = "operation"
"""The place of a difference that is a whole operation."""


def compare(document: Iterable[Operation], package: Iterable[Operation]) -> list[Difference]:
    """Compare the operations of the document with those of the package, in the order of names.

    An operation is found by its method and path, whatever the path's parameters are called;
    failing that by its id, so that one that has moved is told from one that is gone.
    """
    pairs, missing, extra = _match(document, package, _address)
    moved, missing, extra = _match(missing, extra, lambda one: one.id or one)
    found = [
        *(Difference(ABSENT, "present", "missing", operation=one.name) for one in missing),
        *(Difference(ABSENT, "missing", "present", one.python, one.name) for one in extra),
    ]
    for theirs, ours in pairs + moved:
        found += [evolve(one, operation=ours.name) for one in _differences(theirs, ours)]
    return sorted(found, key=lambda one: one.operation)


def _match(
    document: Iterable[T], package: Iterable[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Return what has the same key on both sides, then the rest of either."""
    theirs, ours = {key(one): one for one in document}, {key(one): one for one in package}
    return (
        [(one, ours[name]) for name, one in theirs.items() if name in ours],
        [one for name, one in theirs.items() if name not in ours],
        [one for name, one in ours.items() if name not in theirs],
    )


def _address(operation: Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"{.*?}", "{}", operation.path)


def _differences(document: Operation, package: Operation) -> Iterator[Difference]:
    """Yield where an operation differs, without its name."""
    if document.id not in {"", package.id}:
        yield Difference("id", document.id, package.id)
    if document.method != package.method:
        yield Difference("method", document.method, package.method)
    if _address(document)[1] != _address(package)[1]:
        yield Difference("path", document.path, package.path)
    yield from find_differences(document.facts, _with_status_of(document.facts, package.facts))


def _with_status_of(document: Facts, package: Facts) -> Facts:
    """Move a response to the one status that took the place of its own: its body is compared."""
    _, theirs, ours = _match(document[("success",)].notes, package[("success",)].notes, str)
    if not len(theirs) == len(ours) == 1:
        return package
    return {
        (theirs[0], *place[1:]) if place[0] == ours[0] else place: fact
        for place, fact in package.items()
    }
