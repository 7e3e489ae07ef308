"""Names of a package that are imported when they are first used (PEP 562)."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(package: dict[str, Any], homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the `__getattr__` of a package.

    Args:
        package: Its `globals()`; a name that was looked up stays there.
        homes: The module of each name.
    """

    def __getattr__(name: str) -> Any:  # noqa: N807 (it becomes the package's)
        if name not in homes:
            msg = f"module {package['__name__']!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = package[name] = getattr(import_module(homes[name]), name)
        return value

    return __getattr__
