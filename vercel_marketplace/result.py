"""`Result`: the outcome of a call, as a value.

A standalone function returns `Ok(value, response)` or `Err(error)` and raises nothing:

```python
match await marketplace_get_invoice(core, GetInvoiceRequest("icfg_1", "inv_1")):
    case Ok(invoice):
        print(invoice.state)
    case Err(error):
        print(error.code)
```

Without `match`, write `isinstance(result, Err)`: every type checker narrows that. `.ok` is true
for an `Ok`.
"""

from collections.abc import Awaitable, Callable
from typing import ClassVar, Generic, Literal, NoReturn, TypeAlias, TypeVar, final

from attrs import field, frozen

from vercel_marketplace.errors import Issue
from vercel_marketplace.http import HTTPResponse

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")
E_co = TypeVar("E_co", covariant=True)
F = TypeVar("F")

_NO_RESPONSE = HTTPResponse(0)


class UnwrapError(Exception):
    """There is nothing to unwrap: an `Err` whose error is not an exception, or an `Ok`.

    Attributes:
        error: What the result holds.
    """

    def __init__(self, error: object, called: str = "unwrap of an Err") -> None:
        super().__init__(error, called)
        self.error = error

    def __str__(self) -> str:
        return f"{self.args[1]} that holds {type(self.error).__name__}"


@final
@frozen
class Ok(Generic[T_co]):
    """A call that succeeded.

    Attributes:
        value: What the operation returns (`None` where the API responds without a body).
        response: The response it came in: status, headers, request id. Not compared and not
            shown. An `Ok` made by hand may leave it out; its status is then 0.
        issues: The optional fields of the response that do not match their documented type.
            Each is skipped, which leaves the field at its default; `raw_value` of the issue has
            the value that came. Not compared and not shown.
    """

    value: T_co
    response: HTTPResponse = field(default=_NO_RESPONSE, eq=False, repr=False)
    issues: tuple[Issue, ...] = field(default=(), eq=False, repr=False)

    ok: ClassVar[Literal[True]] = True
    __match_args__ = ("value", "response")

    def unwrap(self) -> T_co:
        """Return the value."""
        return self.value

    def unwrap_err(self) -> NoReturn:
        """Raise an `UnwrapError`: there is no error."""
        raise UnwrapError(self.value, "unwrap_err of an Ok")

    def unwrap_or(self, default: object) -> T_co:  # noqa: ARG002 (the twin of Err.unwrap_or)
        """Return the value; `default` is for `Err`."""
        return self.value

    def map(self, function: Callable[[T_co], U]) -> "Ok[U]":
        """Return an `Ok` with the result of `function` on the value; the response stays."""
        return Ok(function(self.value), self.response, self.issues)

    def map_err(self, function: Callable[..., object]) -> "Ok[T_co]":  # noqa: ARG002
        """Return this `Ok`, unchanged."""
        return self

    def and_then(self, function: "Callable[[T_co], Result[U, F]]") -> "Result[U, F]":
        """Return the result of `function` on the value."""
        return function(self.value)

    def or_else(self, function: Callable[..., object]) -> "Ok[T_co]":  # noqa: ARG002 (Err's twin)
        """Return this `Ok`, unchanged."""
        return self

    async def and_then_async(
        self, function: "Callable[[T_co], Awaitable[Result[U, F]]]"
    ) -> "Result[U, F]":
        """Await an async `function` on the value, and return its result."""
        return await function(self.value)


@final
@frozen
class Err(Generic[E_co]):
    """A call that failed. Two are equal when their errors are.

    Attributes:
        error: Why; from this SDK always an exception.
    """

    error: E_co

    ok: ClassVar[Literal[False]] = False
    __match_args__ = ("error",)

    def unwrap(self) -> NoReturn:
        """Raise the error."""
        if isinstance(self.error, BaseException):
            raise self.error
        raise UnwrapError(self.error)

    def unwrap_err(self) -> E_co:
        """Return the error."""
        return self.error

    def unwrap_or(self, default: U) -> U:
        """Return the `default`."""
        return default

    def map(self, function: Callable[..., object]) -> "Err[E_co]":  # noqa: ARG002 (Ok's twin)
        """Return this `Err`, unchanged."""
        return self

    def map_err(self, function: Callable[[E_co], F]) -> "Err[F]":
        """Return an `Err` with the result of `function` on the error."""
        return Err(function(self.error))

    def and_then(self, function: Callable[..., object]) -> "Err[E_co]":  # noqa: ARG002
        """Return this `Err`, unchanged."""
        return self

    def or_else(self, function: "Callable[[E_co], Result[U, F]]") -> "Result[U, F]":
        """Return the result of `function` on the error."""
        return function(self.error)

    async def and_then_async(self, function: Callable[..., object]) -> "Err[E_co]":  # noqa: ARG002
        """Return this `Err`, unchanged."""
        return self


Result: TypeAlias = Ok[T] | Err[F]
"""Either `Ok[T]` or `Err[F]`: narrow it by `match` or `isinstance`."""
