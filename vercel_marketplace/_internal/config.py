"""What applies to a call: a core's configuration, checked when it is made, or a call's own.

Loads nothing but what the checks of the given values take: making a client is to cost next
to nothing, in a process that may never use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from vercel_marketplace._internal.seconds import check_timeout
from vercel_marketplace.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from vercel_marketplace.hooks import Hooks
    from vercel_marketplace.options import BearerToken, RequestOptions, RetryConfig

DEFAULT_SERVER_URL: Final = "https://api.vercel.com"
DEFAULT_TIMEOUT: Final = 30.0
DEFAULT_USER_AGENT: Final = f"vercel-marketplace-python/{__version__}"


class Settings:
    """What `VercelCore` documents; `None` stands for a default that is made when needed.

    `headers` and `retry_codes` are a call's own: a core has none.
    """

    _OF_A_CORE = ("bearer_token", "hooks", "retries", "server_url", "timeout", "user_agent")
    __slots__ = (*_OF_A_CORE, "headers", "retry_codes")

    def __init__(  # noqa: PLR0913 (one keyword per setting)
        self,
        *,
        bearer_token: BearerToken | None,
        server_url: str,
        timeout: float,
        retries: RetryConfig | None,
        hooks: Hooks | None,
        user_agent: str,
    ) -> None:
        """Check and keep the values.

        Raises:
            TypeError, ValueError: One is of the wrong type or value; the message names it.
        """
        if not (bearer_token is None or isinstance(bearer_token, str) or callable(bearer_token)):
            msg = f"bearer_token must be a str or a function, not {type(bearer_token).__name__}"
            raise TypeError(msg)
        check_timeout(timeout)
        if server_url != DEFAULT_SERVER_URL or user_agent != DEFAULT_USER_AGENT:
            _check_addresses(server_url, user_agent)
        if retries is not None or hooks is not None:
            _check_kinds(retries, hooks)
        self.bearer_token = bearer_token
        self.server_url = server_url
        self.timeout = timeout
        self.retries = retries
        self.hooks = hooks
        self.user_agent = user_agent
        self.headers: Mapping[str, str] | None = None
        self.retry_codes: Collection[int | str] | None = None

    def changed(self, **changes: Any) -> Settings:
        """A copy in which the changes that are not `None` replace the present values."""
        values = {name: getattr(self, name) for name in self._OF_A_CORE}
        values |= {name: value for name, value in changes.items() if value is not None}
        return Settings(**values)

    def for_call(self, options: RequestOptions) -> Settings:
        """A copy in which what a call's options say comes first; they are checked already.

        Raises:
            InvalidRequestError: They are no options.
        """
        from vercel_marketplace.options import RequestOptions  # noqa: PLC0415 (rarely given)

        if not isinstance(options, RequestOptions):
            from vercel_marketplace.errors import InvalidRequestError  # noqa: PLC0415 (rarely)

            msg = f"options must be a RequestOptions, not {type(options).__name__}"
            raise InvalidRequestError(msg)
        merged = object.__new__(Settings)
        for name in self.__slots__:
            own = getattr(options, name, None)
            setattr(merged, name, getattr(self, name) if own is None else own)
        return merged

    def refuse_async(self) -> None:
        """Refuse what a blocking core could not await.

        Raises:
            TypeError: The token provider or a hook is async.
        """
        named: list[tuple[str, object]] = [("bearer_token", self.bearer_token)]
        if self.hooks is not None:
            for name in ("before_request", "after_success", "after_error"):
                named += [(f"hooks.{name}", hook) for hook in getattr(self.hooks, name)]
        for name, function in named:
            if is_async_function(function):
                msg = f"{name} is async, and this client is blocking"
                raise TypeError(msg)


def is_async_function(function: object) -> bool:
    """Whether calling a hook or token provider gives something to await."""
    if not callable(function):
        return False
    import inspect  # noqa: PLC0415 (a string, the usual token, needs none of it)

    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 (looks into an object's method)
    )


def _check_addresses(server_url: str, user_agent: str) -> None:
    from vercel_marketplace._internal.addressing import (  # noqa: PLC0415 (not for defaults)
        checked_headers,
        split_server_url,
    )

    split_server_url(server_url)
    checked_headers({"user-agent": user_agent})


def _check_kinds(retries: object, hooks: object) -> None:
    from vercel_marketplace.hooks import Hooks  # noqa: PLC0415 (not for defaults)
    from vercel_marketplace.options import RetryConfig  # noqa: PLC0415 (not for defaults)

    if not isinstance(retries, RetryConfig | None):
        msg = f"retries must be a RetryConfig, not {type(retries).__name__}"
        raise TypeError(msg)
    if not isinstance(hooks, Hooks | None):
        msg = f"hooks must be a Hooks, not {type(hooks).__name__}"
        raise TypeError(msg)
