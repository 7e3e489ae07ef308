"""Names and modules that are imported when they are first used."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


class LazyModule:
    """Stands for a module, and imports it when an attribute is first read.

    Where a module is needed after a failure only, or by a call and not by the client that
    makes it, the import at the top of the file is this:

    ```python
    if TYPE_CHECKING:
        from vercel_marketplace import errors
    else:
        errors = LazyModule("vercel_marketplace.errors")
    ```
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: Any = None

    def __getattr__(self, attribute: str) -> Any:
        if self._module is None:
            self._module = import_module(self._name)
        return getattr(self._module, attribute)


def lazy(package: dict[str, Any], homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Make the `__getattr__` of a package (PEP 562).

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
