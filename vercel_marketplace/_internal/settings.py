"""A core's configuration, checked when it is made."""

import inspect

from attrs import field, frozen

from vercel_marketplace._internal.addressing import checked_headers, split_server_url
from vercel_marketplace.hooks import Hooks
from vercel_marketplace.options import BearerToken, RetryConfig, check_retries, check_timeout


def _check_token(_instance: object, _attribute: object, value: BearerToken | None) -> None:
    if not (value is None or isinstance(value, str) or callable(value)):
        msg = f"bearer_token must be a str or a function, not {type(value).__name__}"
        raise TypeError(msg)


def _check_server_url(_instance: object, _attribute: object, value: str) -> None:
    split_server_url(value)


def _check_hooks(_instance: object, _attribute: object, value: Hooks) -> None:
    if not isinstance(value, Hooks):
        msg = f"hooks must be a Hooks, not {type(value).__name__}"
        raise TypeError(msg)


def _check_user_agent(_instance: object, _attribute: object, value: str) -> None:
    checked_headers({"user-agent": value})


def _check_timeout(_instance: object, attribute: object, value: float) -> None:
    if value is None:
        msg = "timeout must be a number, not None; use math.inf for no limit"
        raise TypeError(msg)
    check_timeout(_instance, attribute, value)


@frozen(kw_only=True, eq=False)
class Settings:
    """What `VercelCore` documents, and `with_options` changes."""

    bearer_token: BearerToken | None = field(repr=False, validator=_check_token)
    server_url: str = field(validator=_check_server_url)
    timeout: float = field(validator=_check_timeout)
    retries: RetryConfig = field(validator=check_retries)
    hooks: Hooks = field(validator=_check_hooks)
    user_agent: str = field(validator=_check_user_agent)

    def refuse_async(self) -> None:
        """Refuse what a blocking core could not await.

        Raises:
            TypeError: The token provider or a hook is async.
        """
        for name, functions in (
            ("bearer_token", (self.bearer_token,)),
            ("hooks.before_request", self.hooks.before_request),
            ("hooks.after_success", self.hooks.after_success),
            ("hooks.after_error", self.hooks.after_error),
        ):
            if any(map(is_async_function, functions)):
                msg = f"{name} is async, and this client is blocking"
                raise TypeError(msg)


def is_async_function(function: object) -> bool:
    """Whether calling a hook or token provider gives something to await."""
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        getattr(function, "__call__", None)  # noqa: B004 (looks into an object's method)
    )
