"""`whole_imports`: an import that is cut short, as by Ctrl-C, spoils no later one."""

import sys
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def whole_imports() -> Generator[None]:
    """Forget submodules without a package that an exception leaves in `sys.modules`.

    Python forgets a package whose import is cut short, but not those of its submodules that
    were complete. When the package is imported again it does not get them as attributes, and
    every later import of it fails with a `NameError`.
    """
    count = len(sys.modules)
    try:
        yield
    except BaseException:
        # New modules are at the end, and a submodule comes after its package.
        for name in list(sys.modules)[count:]:
            package = name.rpartition(".")[0]
            if package and package not in sys.modules:
                sys.modules.pop(name, None)
        raise
