"""What type checkers read off `Result`; never run."""

from typing import Literal, assert_never, assert_type

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
Answer = Result[Invoice, Failed]


def match_is_exhaustive(result: Answer) -> str:
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


def ok_narrows(result: Answer) -> str:
    """`.ok is True` tells the two apart, in both branches."""
    assert_type(result.ok, bool)
    if result.ok is True:
        assert_type(result, Ok[Invoice])
        assert_type(result.ok, Literal[True])
        return result.value.invoice_id
    assert_type(result, Err[VercelNotFoundError | VercelForbiddenError])
    assert_type(result.ok, Literal[False])
    return result.error.message


def not_ok_narrows(result: Answer) -> int:
    """So does `.ok is False`."""
    if result.ok is False:
        return result.error.status_code
    return result.response.status_code


def isinstance_narrows(result: Answer) -> None:
    """And so do the classes."""
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


def made_by_hand() -> None:
    """A test double needs no response."""
    assert_type(Ok(1), Ok[int])
    assert_type(Err("odd"), Err[str])
    wider: Ok[int | str] = Ok(1)
    as_result: Result[int | str, str] = wider
    assert as_result.ok
