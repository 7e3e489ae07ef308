"""A core's configuration, checked when it is made."""

from attrs import field, frozen

from vercel_marketplace._internal.encode import checked_headers, split_server_url
from vercel_marketplace._internal.shapes import describe
from vercel_marketplace._internal.shared_transport import is_async_function
from vercel_marketplace.hooks import Hooks
from vercel_marketplace.options import BearerToken, RetryConfig, check_retries, check_timeout


def _check_token(_instance: object, _attribute: object, value: BearerToken | None) -> None:
    if not (value is None or isinstance(value, str) or callable(value)):
        msg = f"bearer_token must be a str or a function, not {describe(value)}"
        raise TypeError(msg)


def _check_server_url(_instance: object, _attribute: object, value: str) -> None:
    split_server_url(value)


def _check_hooks(_instance: object, _attribute: object, value: Hooks) -> None:
    if not isinstance(value, Hooks):
        msg = f"hooks must be a Hooks, not {describe(value)}"
        raise TypeError(msg)


def _check_user_agent(_instance: object, _attribute: object, value: str) -> None:
    checked_headers({"user-agent": value})


@frozen(kw_only=True)
class Settings:
    """What `VercelCore` documents, and `with_options` changes."""

    bearer_token: BearerToken | None = field(repr=False, validator=_check_token)
    server_url: str = field(validator=_check_server_url)
    timeout: float = field(validator=check_timeout)
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
