"""Makes a place with several objects comparable with one that has a single object. Pure."""

from collections.abc import Mapping

from attrs import evolve

from scripts.contract.schema import Fact, Facts, Place, label_of


def align_objects(document: Facts, package: Facts) -> tuple[Facts, Facts]:
    """Return the facts of two sides, with as many objects at a place where one side has one."""
    seen: set[Place] = set()
    while place := _find_mismatch(document, package, seen):
        seen.add(place)
        if len(_steps_at(document, place)) > 1:
            document, package = _align(document, package, place)
        else:
            package, document = _align(package, document, place)
    return document, package


def _find_mismatch(document: Facts, package: Facts, seen: set[Place]) -> Place:
    """Return the outermost place where one side has several objects and the other has one."""
    places: list[Place] = []
    for place in document.keys() & package.keys() - seen:
        counts = [len(_steps_at(side, place)) for side in (document, package)]
        if min(counts) == 1 < max(counts):
            places.append(place)
    return min(places, key=lambda place: (len(place), place), default=())


def _steps_at(facts: Facts, place: Place) -> list[str]:
    types = sorted(facts[place].types)
    return [one.removeprefix("object") for one in types if one.startswith("object")]


def _align(several: Facts, single: Facts, place: Place) -> tuple[Facts, Facts]:
    """Find the one object among the others by its constants; failing that, join the others."""
    step = f"({label_of(single, place)})"
    if step in _steps_at(several, place):
        return several, _move_object(single, place, step)
    return _join_objects(several, place), single


def _move_object(facts: Facts, place: Place, step: str) -> Facts:
    """Give the only object of a place a step of its own."""
    depth = len(place)
    moved: Facts = {}
    for key, fact in facts.items():
        if key == place:
            moved[place] = evolve(fact, types=fact.types - {"object"} | {f"object{step}"})
            moved[*place, step] = Fact(frozenset({"object"}), python=fact.python)
        elif key[:depth] == place and key[depth].startswith("."):
            moved[*place, step, *key[depth:]] = fact
        else:
            moved[key] = fact
    return moved


def _join_objects(facts: Facts, place: Place) -> Facts:
    """Make the objects of a place one, with notes on what only some of them say.

    A class that stands for several objects cannot say in its types which field belongs to
    which, so each field is compared with what all of them say of it.
    """
    depth = len(place)
    arms: dict[str, Facts] = {step: {} for step in _steps_at(facts, place)}
    joined: Facts = {}
    for key, fact in facts.items():
        if key[:depth] == place and key[depth : depth + 1] and key[depth] in arms:
            arms[key[depth]][*place, *key[depth + 1 :]] = fact
        else:
            joined[key] = fact
    types = {one for one in facts[place].types if not one.startswith("object")}
    joined[place] = evolve(facts[place], types=frozenset({*types, "object"}))
    for key in dict.fromkeys(key for arm in arms.values() for key in arm if key != place):
        inside = {step: arm.get(key) for step, arm in arms.items() if key[:-1] in arm}
        joined[key] = _join_facts(inside)
    return joined


def _join_facts(facts: Mapping[str, Fact | None]) -> Fact:
    """Join the facts of a field in several objects, by their step."""
    notes = {step: fact.notes if fact else {"absent"} for step, fact in facts.items()}
    common = frozenset.intersection(*map(frozenset, notes.values()))
    special = {f"{note} {step}" for step, said in notes.items() for note in said - common}
    present = [fact for fact in facts.values() if fact]
    return Fact(frozenset().union(*(fact.types for fact in present)), common | special)
