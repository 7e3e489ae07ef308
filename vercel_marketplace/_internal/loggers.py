"""The package's loggers, and the environment variable that turns them on."""

import logging
import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vercel_marketplace.errors import Issue

_VARIABLE: Final = "VERCEL_MARKETPLACE_LOG"
_LEVELS: Final = {"debug": logging.DEBUG, "info": logging.INFO}
_NAME: Final = "vercel_marketplace"
_MAX_LOGGED_ISSUES: Final = 5


def get_logger(room: str = "") -> logging.Logger:
    """Return the logger of the package, or of a room of it such as `partner`."""
    return logging.getLogger(f"{_NAME}.{room}" if room else _NAME)


def summarize(issues: "Sequence[Issue]") -> str:
    """Return the first few issues, for one line of a log."""
    return "; ".join(map(str, issues[:_MAX_LOGGED_ISSUES]))


def turn_on(level: str) -> None:
    """Log from a level on, to stderr unless the application has handlers of its own.

    Args:
        level: `debug` or `info`, in any case. For another text a warning is logged, without that
            text; an empty one changes nothing.
    """
    if not level:
        return
    log = get_logger()
    if level.lower() not in _LEVELS:
        log.warning("%s must be debug or info; it is ignored", _VARIABLE)
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    # Asked for each record: an application may set up its logging later.
    handler.addFilter(lambda _: log.handlers == [handler] and not logging.getLogger().handlers)
    log.addHandler(handler)
    log.setLevel(_LEVELS[level.lower()])


turn_on(os.environ.get(_VARIABLE, ""))
