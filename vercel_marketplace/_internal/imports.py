"""`whole_imports`: an import that is cut short, as by Ctrl-C, spoils no later one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType


class whole_imports:  # noqa: N801 (used like `contextlib.suppress`, which it loads no module for)
    """Forget submodules without a package that an exception leaves in `sys.modules`.

    Python forgets a package whose import is cut short, but not those of its submodules that
    were complete. When the package is imported again it does not get them as attributes, and
    every later import of it fails with a `NameError`.
    """

    def __enter__(self) -> None:
        self._count = len(sys.modules)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            return
        # New modules are at the end, and a submodule comes after its package.
        for name in list(sys.modules)[self._count :]:
            package = name.rpartition(".")[0]
            if package and package not in sys.modules:
                sys.modules.pop(name, None)
