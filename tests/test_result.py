"""`Ok`, `Err` and what can be done with them."""

import copy
import pickle

import pytest
from attrs.exceptions import FrozenInstanceError

from vercel_marketplace import Err, HTTPResponse, Ok, UnwrapError, VercelNotFoundError, block_on

RESPONSE = HTTPResponse(200, content=b"{}")
NOT_FOUND = VercelNotFoundError("no such invoice", status_code=404)


def half(number):
    return Ok(number // 2) if number % 2 == 0 else Err("odd")


async def half_async(number):
    return half(number)


def describe(result):
    match result:
        case Ok(value, response):
            return f"{value} in {response.status_code}"
        case Err(VercelNotFoundError()):
            return "nowhere"
        case Err(error):
            return f"failed: {error}"


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (Ok(1, RESPONSE), "1 in 200"),
        (Err(NOT_FOUND), "nowhere"),
        (Err("odd"), "failed: odd"),
    ],
)
def test_match_takes_a_result_apart(result, text):
    """A result is matched by class, and its parts by position."""
    assert describe(result) == text


@pytest.mark.parametrize(("result", "ok"), [(Ok(1), True), (Ok(None), True), (Err(1), False)])
def test_ok_tells_which_it_is(result, ok):
    """`.ok` is exactly `True` or `False`, whatever the value."""
    assert result.ok is ok


@pytest.mark.parametrize(
    ("result", "name"), [(Ok(1), "value"), (Ok(1), "response"), (Ok(1), "ok"), (Err(1), "error")]
)
def test_a_result_can_not_be_changed(result, name):
    """Assigning to any attribute of a result is refused."""
    with pytest.raises((FrozenInstanceError, AttributeError)):
        setattr(result, name, None)


@pytest.mark.parametrize("result", [Ok(1), Err(1)])
def test_a_result_takes_no_other_attributes(result):
    """Results are slotted."""
    assert not hasattr(result, "__dict__")


def test_the_response_is_not_compared():
    """Two `Ok` with the same value are equal, and hash alike, whatever response they came in."""
    assert Ok(1, RESPONSE) == Ok(1)
    assert hash(Ok(1, RESPONSE)) == hash(Ok(1))


@pytest.mark.parametrize(
    ("one", "other"), [(Ok(1), Ok(2)), (Ok(1), Err(1)), (Err(1), Err(2)), (Ok(1), 1)]
)
def test_different_results_are_not_equal(one, other):
    """Class and content both count."""
    assert one != other


def test_the_response_is_not_shown():
    """The repr of an `Ok` is its value's."""
    assert repr(Ok(1, RESPONSE)) == "Ok(value=1)"


def test_an_ok_made_by_hand_has_an_empty_response():
    """Without a response the response has status 0 and no request id."""
    assert (Ok(1).response.status_code, Ok(1).response.request_id) == (0, None)


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda r: pickle.loads(pickle.dumps(r))]
)
@pytest.mark.parametrize("result", [Ok({"a": [1]}, RESPONSE), Err("odd")])
def test_a_result_copies_and_pickles(result, again):
    """A copy is equal and keeps its response."""
    copied = again(result)
    assert copied == result
    assert getattr(copied, "response", None) == getattr(result, "response", None)


# Unwrapping --------------------------------------------------------------------------


def test_unwrap_gives_the_value():
    """`Ok.unwrap` is the value."""
    assert Ok(1).unwrap() == 1


def test_unwrap_raises_the_error():
    """`Err.unwrap` raises the very error it holds."""
    with pytest.raises(VercelNotFoundError) as caught:
        Err(NOT_FOUND).unwrap()
    assert caught.value is NOT_FOUND


def test_unwrap_of_a_plain_error_says_its_type_only():
    """An error that is no exception is kept on an `UnwrapError`, whose text does not show it."""
    with pytest.raises(UnwrapError, match=r"holds str$") as caught:
        Err("sesame").unwrap()
    assert caught.value.error == "sesame"


def test_an_unwrap_error_pickles():
    """The copy of an `UnwrapError` has its error and text."""
    copied = pickle.loads(pickle.dumps(UnwrapError("odd")))
    assert (copied.error, str(copied)) == ("odd", str(UnwrapError("odd")))


@pytest.mark.parametrize(("result", "value"), [(Ok(1), 1), (Ok(None), None), (Err("odd"), 7)])
def test_unwrap_or_has_a_default_for_an_error(result, value):
    """Only an `Err` gives the default; `Ok(None)` is a value."""
    assert result.unwrap_or(7) == value


# Chaining ----------------------------------------------------------------------------


@pytest.mark.parametrize(("result", "mapped"), [(Ok(2), Ok(20)), (Err("odd"), Err("odd"))])
def test_map_changes_a_value(result, mapped):
    """`map` applies to the value and leaves an error alone."""
    assert result.map(lambda value: value * 10) == mapped


def test_map_keeps_the_response():
    """A mapped value still tells which response it came in."""
    assert Ok(1, RESPONSE).map(str).response is RESPONSE


@pytest.mark.parametrize(("result", "mapped"), [(Ok(2), Ok(2)), (Err("odd"), Err("ODD"))])
def test_map_err_changes_an_error(result, mapped):
    """`map_err` applies to the error and leaves a value alone."""
    assert result.map_err(str.upper) == mapped


CHAINS = [(Ok(4), Ok(2)), (Ok(3), Err("odd")), (Err("first"), Err("first"))]


@pytest.mark.parametrize(("result", "chained"), CHAINS)
def test_and_then_goes_on_with_a_value(result, chained):
    """The next step's result replaces an `Ok`; the first error stays."""
    assert result.and_then(half) == chained


@pytest.mark.parametrize(("result", "chained"), CHAINS)
def test_and_then_async_goes_on_with_a_value(result, chained):
    """The same with an async step."""
    assert block_on(result.and_then_async(half_async)) == chained


def test_unwrap_err_gives_the_error():
    """`Err.unwrap_err` is the error."""
    assert Err(NOT_FOUND).unwrap_err() is NOT_FOUND


def test_unwrap_err_of_a_value_is_an_error():
    """`Ok.unwrap_err` raises, without showing the value."""
    with pytest.raises(UnwrapError, match=r"unwrap_err of an Ok that holds str$") as caught:
        Ok("sesame").unwrap_err()
    assert caught.value.error == "sesame"
    copied = pickle.loads(pickle.dumps(caught.value))
    assert (str(copied), copied.error) == (str(caught.value), "sesame")


@pytest.mark.parametrize(
    ("result", "other"), [(Ok(3), Ok(3)), (Err(4), Ok(2)), (Err(3), Err("odd"))]
)
def test_or_else_goes_on_with_an_error(result, other):
    """The next step's result replaces an `Err`; a value stays."""
    assert result.or_else(half) == other


def test_errs_with_equal_errors_are_equal():
    """Two `Err` are equal when their errors are, also when one comes from another process."""
    error = Err(VercelNotFoundError("no such invoice", status_code=404))
    assert error == Err(NOT_FOUND)
    assert pickle.loads(pickle.dumps(error)) == error
    assert hash(error) == hash(Err(NOT_FOUND))
    assert error != Err(VercelNotFoundError("no such invoice", status_code=410))
