"""The settings of a client, checked when it is made, and those of one call.

A plain class: attrs takes longer to import than all the rest that making a client loads. The
classes that have to be checked for are loaded by whoever made an instance of one.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self

from vercel_marketplace._internal.describe import describe
from vercel_marketplace._internal.functions import check_function, is_async_function
from vercel_marketplace._internal.headers import check_headers
from vercel_marketplace._internal.lazy import LazyModule
from vercel_marketplace._internal.seconds import check_timeout
from vercel_marketplace._internal.urls import split_server_url
from vercel_marketplace.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vercel_marketplace import errors
    from vercel_marketplace import hooks as hooks_module
    from vercel_marketplace import options as options_module
    from vercel_marketplace.hooks import Hooks
    from vercel_marketplace.options import BearerToken, RequestOptions, RetryConfig
else:
    errors = LazyModule("vercel_marketplace.errors")
    hooks_module = LazyModule("vercel_marketplace.hooks")
    options_module = LazyModule("vercel_marketplace.options")

DEFAULT_SERVER_URL: Final = "https://api.vercel.com"
DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_USER_AGENT: Final = f"vercel-marketplace-python/{__version__}"


class Config:
    """What applies to a call. `VercelCore` documents the settings.

    `headers` are a call's own: a client has none.
    """

    __slots__ = (
        "bearer_token",
        "headers",
        "hooks",
        "retries",
        "server_url",
        "timeout",
        "user_agent",
    )

    def __init__(  # noqa: PLR0913 (one keyword per setting)
        self,
        *,
        bearer_token: BearerToken | None,
        server_url: str,
        timeout: float,
        retries: RetryConfig | int | None,
        hooks: Hooks | None,
        user_agent: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Check and keep the settings.

        Raises:
            TypeError, ValueError: One is of the wrong type or value; the message names it.
        """
        check_bearer_token(bearer_token)
        split_server_url(server_url)
        check_timeout(timeout)
        check_retries(retries)
        check_hooks(hooks)
        check_headers({"user-agent": user_agent})
        self.bearer_token = bearer_token
        self.server_url = server_url
        self.timeout = timeout
        self.retries = retries
        self.hooks = hooks
        self.user_agent = user_agent
        self.headers = headers

    def replace(self, **changes: Any) -> Self:
        """Return a copy with the changes that are not `None`.

        Raises:
            TypeError, ValueError: As for a new one.
        """
        settings = {name: getattr(self, name) for name in self.__slots__}
        settings |= {name: value for name, value in changes.items() if value is not None}
        return type(self)(**settings)

    def for_call(self, options: RequestOptions) -> Self:
        """Return a copy with what the options of a call set.

        Raises:
            InvalidRequestError: They are not options, or one of them cannot be used.
        """
        if not isinstance(options, options_module.RequestOptions):
            msg = f"options must be a RequestOptions, got {describe(options)}"
            raise errors.InvalidRequestError(msg)
        return self.replace(
            bearer_token=options.bearer_token,
            headers=options.headers,
            timeout=options.timeout,
            retries=options.retries,
            server_url=options.server_url,
        )

    @property
    def retry_config(self) -> RetryConfig:
        """The retry configuration: the default one where only a number of retries is given."""
        match self.retries:
            case None | int():
                return _make_retry_config(self.retries)
            case config:
                return config

    def refuse_async(self) -> None:
        """Refuse what a blocking client cannot await.

        Raises:
            TypeError: The token function or a hook is async.
        """
        functions: list[tuple[str, object]] = [("bearer_token", self.bearer_token)]
        if self.hooks is not None:
            for name in ("before_call", "before_request", "after_success", "after_error"):
                functions += [(f"hooks.{name}", hook) for hook in getattr(self.hooks, name)]
        for name, function in functions:
            if is_async_function(function):
                msg = f"{name} is async, but this client is blocking: use Vercel or VercelCore"
                raise TypeError(msg)


@cache
def _make_retry_config(count: int | None) -> RetryConfig:
    if count is None:
        return options_module.RetryConfig()
    return options_module.RetryConfig(max_retries=count)


def check_bearer_token(value: object) -> None:
    """Refuse what is neither a token nor a function that returns one.

    Raises:
        TypeError: It is neither.
    """
    if not (value is None or isinstance(value, str)):
        expected = "a str or a function of the CallContext"
        check_function("bearer_token", expected, value, arguments=1)


def check_retries(value: object) -> None:
    """Refuse what is neither a retry configuration nor a number of retries.

    Raises:
        TypeError: It is neither.
        ValueError: The number is negative.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            msg = "retries must be 0 or more"
            raise ValueError(msg)
    elif not (value is None or isinstance(value, options_module.RetryConfig)):
        msg = f"retries must be a RetryConfig or an int, got {describe(value)}"
        raise TypeError(msg)


def check_hooks(value: object) -> None:
    """Refuse what are not hooks.

    Raises:
        TypeError: They are something else.
    """
    if not (value is None or isinstance(value, hooks_module.Hooks)):
        msg = f"hooks must be a Hooks instance, got {describe(value)}"
        raise TypeError(msg)
