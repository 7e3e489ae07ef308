"""Finds where what two places hold differs: bodies, their fields, parameters. Pure.

Each difference is reported once, at the place where it is: what is below a difference of type
is not looked at, and what is missing is not taken apart.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import product
from typing import Final

from attrs import evolve, frozen

from scripts.contract.shapes import (
    Arm,
    Array,
    Enum,
    Field,
    Object,
    Shape,
    describe,
    describe_arm,
    describe_arms,
    describe_field,
    family_of,
    label,
)

NOTHING: Final = "nothing"


@frozen
class Difference:
    """One thing that the two sides have in different ways.

    Attributes:
        place: Where in the operation, in the API's terms: `request.items[].price`, `errors`.
        document: What the document has there.
        package: What the package has there.
        python: The place in Python's terms, such as `LineItem.price`.
        operation: The operation's name.
    """

    place: str
    document: str
    package: str
    python: str = ""
    operation: str = ""


@frozen
class Spot:
    """Where the comparison stands.

    Attributes:
        place: The place in the API's terms.
        python: The place in Python's terms.
        trail: The shapes it has come through: what holds itself is the same further in.
    """

    place: str
    python: str = ""
    trail: tuple[tuple[int, int], ...] = ()

    def further(self, step: str, python: str) -> "Spot":
        """The spot inside of this one."""
        return evolve(self, place=self.place + step, python=python)

    def differ(self, document: str, package: str) -> Iterator[Difference]:
        """One difference, if it is one."""
        if document != package:
            yield Difference(self.place, document, package, self.python)

    def differ_in_members(
        self, document: AbstractSet[str], package: AbstractSet[str]
    ) -> Iterator[Difference]:
        """One difference for two sets: what only one of them has."""
        yield from self.differ(
            ", ".join(sorted(document - package)) or NOTHING,
            ", ".join(sorted(package - document)) or NOTHING,
        )


def differences(
    document: Field | None, package: Field | None, spot: Spot, missing: str = NOTHING
) -> Iterator[Difference]:
    """Where a field, a parameter or a body differs, which either side may not have.

    Its duty says whether it may be null.
    """
    if document is None or package is None:
        sides = [describe_field(one) if one else missing for one in (document, package)]
        yield from spot.differ(*sides)
        return
    yield from spot.differ(document.duty, package.duty)
    yield from spot.differ(*map(deprecation, (document.deprecated, package.deprecated)))
    yield from _arms(document.shape, package.shape, spot)


def deprecation(deprecated: bool) -> str:  # noqa: FBT001 (it is what is said)
    """Say whether something is deprecated."""
    return "deprecated" if deprecated else "not deprecated"


def _shapes(document: Shape, package: Shape, spot: Spot) -> Iterator[Difference]:
    """Where what a list or a map holds differs, null included."""
    if not (document.is_anything or package.is_anything):
        nulls = ["null too" if side.nullable else "never null" for side in (document, package)]
        yield from spot.differ(*nulls)
    yield from _arms(document, package, spot)


def _arms(document: Shape, package: Shape, spot: Spot) -> Iterator[Difference]:
    """Where the alternatives differ: those without a counterpart, then inside of the others."""
    here = id(document), id(package)
    if here in spot.trail:
        return
    spot = evolve(spot, trail=(*spot.trail, here))
    theirs, ours = _with_as_many_objects(document.arms, package.arms), list(package.arms)
    pairs = [*_paired(theirs, ours, spot)]
    families = Counter(map(family_of, theirs))
    labels = {id(arm): f"({label(arm, number)})" for number, arm in enumerate(theirs, 1)}
    for one, other in pairs:
        theirs.remove(one)
        ours.remove(other)
    yield from spot.differ(*(describe_arms(rest) if rest else NOTHING for rest in (theirs, ours)))
    for one, other in pairs:
        step = labels[id(one)] if families[family_of(one)] > 1 else ""
        yield from _inside(one, other, spot.further(step, spot.python))


def _with_as_many_objects(document: Sequence[Arm], package: Sequence[Arm]) -> list[Arm]:
    """The document's arms, its objects in one where one model stands for all of them."""
    objects = [arm for arm in document if isinstance(arm, Object)]
    if len(objects) > 1 == sum(isinstance(arm, Object) for arm in package):
        return [*(arm for arm in document if arm not in objects), joined(objects)]
    return list(document)


def _paired(
    document: Sequence[Arm], package: Sequence[Arm], spot: Spot
) -> Iterator[tuple[Arm, Arm]]:
    """The arms of the same type in JSON, the most alike first, each in one pair at most."""
    for family in dict.fromkeys(map(family_of, document)):
        theirs = [arm for arm in document if family_of(arm) == family]
        ours = [arm for arm in package if family_of(arm) == family]
        while theirs and ours:
            one, other = _most_alike(theirs, ours, spot)
            theirs.remove(one)
            ours.remove(other)
            yield one, other


def _most_alike(document: Sequence[Arm], package: Sequence[Arm], spot: Spot) -> tuple[Arm, Arm]:
    pairs = [*product(document, package)]
    if len(pairs) == 1:
        return pairs[0]
    return min(pairs, key=lambda pair: len([*_inside(pair[0], pair[1], spot)]))


def _inside(document: Arm, package: Arm, spot: Spot) -> Iterator[Difference]:
    """Where two arms of the same type in JSON differ."""
    match document, package:
        case Array(), Array():
            yield from _shapes(document.item, package.item, spot.further("[]", spot.python))
        case Object(), Object():
            yield from _objects(document, package, spot)
        case Enum(), Enum():
            growth = [
                "open to other members" if side.open else "closed" for side in (document, package)
            ]
            yield from spot.differ(*growth)
            yield from spot.differ_in_members(document.members, package.members)
        case _:
            yield from spot.differ(describe_arm(document), describe_arm(package))


def _objects(document: Object, package: Object, spot: Spot) -> Iterator[Difference]:
    for name in {**document.fields, **package.fields}:
        theirs, ours = document.fields.get(name), package.fields.get(name)
        inner = spot.further(f".{name}", ours.python if ours else package.python)
        yield from differences(theirs, ours, inner)
    inner = spot.further(".*", package.python)
    if document.others and package.others:
        yield from _shapes(document.others, package.others, inner)
    else:
        sides = [describe(side.others) if side.others else NOTHING for side in (document, package)]
        yield from inner.differ(*sides)


def joined(arms: Sequence[Object]) -> Object:
    """The one object that several are, each field with its duty in each of them.

    A field whose duty is not the same in all has one that no model can have, so that it is
    reported: a model that stands for several objects cannot say so in its types.
    """
    names = dict.fromkeys(name for arm in arms for name in arm.fields)
    others = [arm.others for arm in arms if arm.others]
    return Object(
        {name: _joined_field(name, arms) for name in names}, others=others[0] if others else None
    )


def _joined_field(name: str, arms: Sequence[Object]) -> Field:
    fields = [arm.fields[name] for arm in arms if name in arm.fields]
    duties = [arm.fields[name].duty if name in arm.fields else "absent" for arm in arms]
    said = [
        f"{duty} ({label(arm, at)})"
        for at, (arm, duty) in enumerate(zip(arms, duties, strict=True), 1)
    ]
    shapes = [field.shape for field in fields]
    alike = all(shape is shapes[0] for shape in shapes)
    inner = [arm for shape in shapes for arm in shape.arms]
    return Field(
        shapes[0] if alike else Shape().settle(inner, nullable=False),
        duty=duties[0] if len(set(duties)) == 1 else ", ".join(said),
        deprecated=any(field.deprecated for field in fields),
    )
