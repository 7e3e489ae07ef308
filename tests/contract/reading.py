"""Reads the recorded contract, and turns its JSON into the SDK's classes.

On its own: nothing in here comes from the SDK's encoder or decoder, which it is to judge.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Union, get_args, get_origin

import attrs

from vercel_marketplace.models import Unset

EXTRA = "additional_properties"  # the field for what an open object has beside its own properties
DATA = Path(__file__).parent / "data"


def contract(name):
    """Return a file of the contract's data, parsed."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def snake(name):
    """The Python name of a JSON field, camelCase or not."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def arms(kind):
    """The arms of a union without `None` and `UNSET`; of anything else, itself."""
    if get_origin(kind) in {Union, type(int | str)}:
        return [arm for arm in get_args(kind) if arm not in {type(None), Unset}]
    return [kind]


def item_kind(kind):
    """What a list holds; `None` for what is no list."""
    return get_args(kind)[0] if get_origin(kind) in {list, Sequence} else None


def holds_json(kind):
    """Whether an annotation is an object of any JSON."""
    return get_origin(kind) in {dict, Mapping}


def from_json(kind, value):
    """A value of a kind (an annotation) from its JSON in either spelling of the names."""
    if value is None or any(map(holds_json, arms(kind))):
        return value
    if isinstance(value, list):
        item = next(item_kind(arm) for arm in arms(kind) if item_kind(arm))
        return [from_json(item, entry) for entry in value]
    if isinstance(value, dict):
        fields = {snake(name): entry for name, entry in value.items()}
        model = next(arm for arm in arms(kind) if attrs.has(arm) and _says_so(arm, fields))
        kinds = {a.name: a.type for a in attrs.fields(model)}
        if EXTRA in kinds:
            rest = {name: entry for name, entry in value.items() if snake(name) not in kinds}
            fields = {name: entry for name, entry in fields.items() if name in kinds}
            fields |= {EXTRA: rest} if rest else {}
        return model(**{name: from_json(kinds[name], entry) for name, entry in fields.items()})
    return datetime.fromisoformat(value) if kind is datetime or datetime in arms(kind) else value


def _says_so(model, fields):
    """Whether the literals of a model, such as an event's type, are those of the JSON."""
    return all(
        fields.get(a.name, a.default) in get_args(a.type)
        for a in attrs.fields(model)
        if get_origin(a.type) is Literal
    )
