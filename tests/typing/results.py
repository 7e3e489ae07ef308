"""What type checkers read off `Result`; never run."""

from typing import assert_never, assert_type

from vercel_marketplace import (
    Err,
    HTTPResponse,
    Ok,
    Result,
    VercelForbiddenError,
    VercelNotFoundError,
)
from vercel_marketplace.models import Invoice

Failed = VercelNotFoundError | VercelForbiddenError
Outcome = Result[Invoice, Failed]


def match_is_exhaustive(result: Outcome) -> str:
    """Two cases are all there are, and each has its type."""
    match result:
        case Ok(value, response):
            assert_type(value, Invoice)
            assert_type(response, HTTPResponse)
            return value.state
        case Err(error):
            assert_type(error, VercelNotFoundError | VercelForbiddenError)
            return error.message
    assert_never(result)


def isinstance_narrows(result: Outcome) -> None:
    """The classes tell the two apart, in both branches."""
    assert_type(result.ok, bool)
    if isinstance(result, Ok):
        assert_type(result.value, Invoice)
    else:
        assert_type(result.error, VercelNotFoundError | VercelForbiddenError)


def unwrapping(result: Result[int, ValueError]) -> None:
    """What comes out of a result."""
    assert_type(result.unwrap(), int)
    assert_type(result.unwrap_or(0), int)
    assert_type(result.unwrap_or(None), int | None)
    assert_type(result.or_else(other), Ok[int] | Ok[float] | Err[TypeError])
    if isinstance(result, Err):
        assert_type(result.unwrap_err(), ValueError)


def other(error: ValueError) -> Result[float, TypeError]:
    """Another way to a number."""
    return half(len(error.args))


def mapping(result: Result[int, ValueError]) -> None:
    """Each side is mapped by itself."""
    assert_type(result.map(str), Ok[str] | Err[ValueError])
    assert_type(result.map_err(str), Ok[int] | Err[str])


def half(number: int) -> Result[float, TypeError]:
    """A step that may fail in its own way."""
    return Ok(number / 2) if number else Err(TypeError())


async def half_async(number: int) -> Result[float, TypeError]:
    """The same, async."""
    return half(number)


async def chaining(result: Result[int, ValueError]) -> None:
    """The errors of both steps add up."""
    assert_type(result.and_then(half), Ok[float] | Err[TypeError] | Err[ValueError])
    assert_type(
        await result.and_then_async(half_async), Ok[float] | Err[TypeError] | Err[ValueError]
    )


def made_by_hand(number: int, text: str) -> None:
    """A test double needs no response."""
    assert_type(Ok(number), Ok[int])
    assert_type(Err(text), Err[str])
    wider: Ok[int | str] = Ok(1)
    as_result: Result[int | str, str] = wider
    assert as_result.ok
