"""Finds where the operations of the document and of the package differ. Pure."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from attrs import evolve

from scripts.contract.bodies import Difference, Spot, deprecation, differences
from scripts.contract.shapes import Field, Operation

T = TypeVar("T")

ABSENT: Final = "operation"
"""The place of a difference that is a whole operation."""


def compare(document: Iterable[Operation], package: Iterable[Operation]) -> list[Difference]:
    """Hold the operations of the document against those of the package, in the order of names.

    An operation is found by its method and path, whatever the path's parameters are called;
    failing that by its id, so that one that has moved is told from one that is gone.
    """
    pairs, missing, extra = _matched(document, package, _address)
    moved, missing, extra = _matched(missing, extra, lambda one: one.id or one)
    found = [
        *(Difference(ABSENT, "present", "missing", operation=one.name) for one in missing),
        *(Difference(ABSENT, "missing", "present", one.python, one.name) for one in extra),
    ]
    for theirs, ours in pairs + moved:
        found += [evolve(one, operation=ours.name) for one in _of_operation(theirs, ours)]
    return sorted(found, key=lambda one: one.operation)


def _matched(
    document: Iterable[T], package: Iterable[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """What has the same key on both sides, then the rest of either."""
    theirs, ours = {key(one): one for one in document}, {key(one): one for one in package}
    return (
        [(one, ours[name]) for name, one in theirs.items() if name in ours],
        [one for name, one in theirs.items() if name not in ours],
        [one for name, one in ours.items() if name not in theirs],
    )


def _address(operation: Operation) -> tuple[str, str]:
    return operation.method, re.sub(r"{.*?}", "{}", operation.path)


def _of_operation(document: Operation, package: Operation) -> Iterator[Difference]:
    """Where an operation differs, without its name."""
    if document.id:
        yield from Spot("id").differ(document.id, package.id)
    yield from Spot("method").differ(document.method, package.method)
    if _address(document)[1] != _address(package)[1]:
        yield from Spot("path").differ(document.path, package.path)
    yield from _of_parameters(document.parameters, package.parameters)
    yield from Spot("security").differ(*map(_security, (document, package)))
    yield from Spot("deprecation").differ(
        deprecation(document.deprecated), deprecation(package.deprecated)
    )
    yield from Spot("success").differ_in_members(document.answers.keys(), package.answers.keys())
    yield from Spot("errors").differ_in_members(document.errors, package.errors)
    yield from differences(document.request, package.request, Spot("request"), "no body")
    for theirs, ours in _statuses(sorted(document.answers), sorted(package.answers)):
        sides = document.answers[theirs], package.answers[ours]
        yield from differences(*sides, Spot(theirs), "no body")


def _security(operation: Operation) -> str:
    return "a bearer token" if operation.authenticated else "no token"


def _statuses(document: Sequence[str], package: Sequence[str]) -> list[tuple[str, str]]:
    """The success statuses whose bodies can be compared: two that took each other's place, too."""
    pairs, missing, extra = _matched(document, package, str)
    return pairs + ([(missing[0], extra[0])] if len(missing) == len(extra) == 1 else [])


def _of_parameters(
    document: Mapping[tuple[str, str], Field], package: Mapping[tuple[str, str], Field]
) -> Iterator[Difference]:
    """Those of the path by their position, the others by their name."""
    theirs, ours = [[key for key in side if key[0] == "path"] for side in (document, package)]
    # As many as the path has: another number of them is another path, and reported as such.
    for number, (their, our) in enumerate(zip(theirs, ours, strict=False), 1):
        spot = Spot(f"path parameter {number}", package[our].python)
        yield from spot.differ(their[1], our[1])
        yield from differences(document[their], package[our], spot)
    for key in sorted({*document, *package} - {*theirs, *ours}):
        python = package[key].python if key in package else ""
        spot = Spot(" parameter ".join(key), python)
        yield from differences(document.get(key), package.get(key), spot)
