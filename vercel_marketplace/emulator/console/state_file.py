"""The state of an emulator as JSON, so that a served one survives a restart.

The file holds the emulator's tokens and the partner's secrets, so nobody else may read it.
"""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, get_origin

from vercel_marketplace._internal.schema import arms_of, is_datetime, is_model, models_by_tag
from vercel_marketplace.emulator.console.snapshot import VERSION, Snapshot
from vercel_marketplace.emulator.state import ActionKey, DeploymentAction
from vercel_marketplace.models.dicts import from_dict, to_dict

if TYPE_CHECKING:
    from cattrs import Converter

_OWNER_ONLY: Final = 0o600

_Actions: TypeAlias = Mapping[ActionKey, DeploymentAction]


def save(path: Path, snapshot: Snapshot) -> None:
    """Write a snapshot to a file, or leave the file as it was.

    Args:
        path: The file.
        snapshot: The snapshot.

    Raises:
        OSError: The file cannot be written.
    """
    content = json.dumps(_converter().unstructure(snapshot))
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with open(unfinished, "x", opener=_open_for_owner, encoding="utf-8") as file:
        file.write(content)
    unfinished.replace(path)


def load(path: Path) -> Snapshot:
    """Read a snapshot from a file.

    Args:
        path: The file.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not such a file, or one of another version.
    """
    try:
        content = json.loads(path.read_bytes())
        version = content["version"]
    except (ValueError, TypeError, KeyError):
        msg = f"{path} is not the state of an emulator"
        raise ValueError(msg) from None
    if version != VERSION:
        msg = f"{path} was written by another version of the emulator"
        raise ValueError(msg)
    try:
        return _converter().structure(content, Snapshot)
    except Exception:  # noqa: BLE001 (cattrs raises groups of whatever it meets)
        msg = f"{path} is damaged"
        raise ValueError(msg) from None


@cache
def _converter() -> "Converter":
    from cattrs import Converter  # noqa: PLC0415 (an extra)
    from cattrs.cols import list_structure_factory  # noqa: PLC0415 (an extra)

    made = Converter()
    made.register_structure_hook_func(_is_of_api, lambda value, kind: from_dict(kind, value))
    made.register_unstructure_hook_func(_is_of_api, to_dict)
    made.register_structure_hook_func(is_datetime, lambda text, _: datetime.fromisoformat(text))
    made.register_unstructure_hook_func(is_datetime, datetime.isoformat)
    made.register_structure_hook_func(_is_union_of_models, _read_tagged)
    made.register_structure_hook_factory(_is_sequence, list_structure_factory)
    # JSON has no tuples for keys, but each action knows its own.
    made.register_structure_hook_func(
        lambda kind: kind == _Actions,
        lambda values, _: {
            action.key: action for action in made.structure(values, list[DeploymentAction])
        },
    )
    made.register_unstructure_hook_func(
        lambda kind: kind == _Actions, lambda actions: made.unstructure([*actions.values()])
    )
    return made


def _is_of_api(kind: Any) -> bool:
    return is_model(kind) and kind.__module__.startswith("vercel_marketplace.models.")


def _is_sequence(kind: Any) -> bool:
    return get_origin(kind) is Sequence


def _is_union_of_models(kind: Any) -> bool:
    return len(arms_of(kind)) > 1 and all(map(_is_of_api, arms_of(kind)))


def _read_tagged(value: Any, kind: Any) -> Any:
    tag, models = models_by_tag(arms_of(kind))
    model: Any = models[value[tag]]
    return from_dict(model, value)


def _open_for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, _OWNER_ONLY)
