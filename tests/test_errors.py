"""The error tree: classes, texts, copies."""

import builtins
import copy
import pickle

import pytest

import vercel_marketplace
from vercel_marketplace import Headers, errors
from vercel_marketplace.errors import Issue, RateLimit, error_class_for

HEADERS = Headers({"X-Vercel-Id": "iad1::abc", "content-type": "application/json"})
ISSUES = (
    Issue("request_body.items[0].total", "expected an amount, got float"),
    Issue("", "expected JSON"),
)

ANSWERED = {
    "operation_id": "get-invoice",
    "attempts": 3,
    "status_code": 404,
    "code": "not_found",
    "headers": HEADERS,
    "body": '{"error":{}}',
    "retry_after": 2.5,
}
UNANSWERED = {"operation_id": "get-invoice", "attempts": 2, "request_sent": True}
UNREADABLE = {k: v for k, v in ANSWERED.items() if k not in {"code", "retry_after"}} | {
    "raw_value": {"total": 5},
    "issues": ISSUES,
}
REFUSED = {"operation_id": "get-invoice", "issues": ISSUES}

# Every class of the tree, what it is below, and all of its fields.
TREE = {
    "VercelError": ((Exception,), ANSWERED),
    "SDKError": (("VercelError",), ANSWERED),
    "VercelBadRequestError": (("SDKError",), ANSWERED),
    "VercelForbiddenError": (("SDKError",), ANSWERED),
    "VercelUnauthorizedError": (("VercelForbiddenError",), ANSWERED),
    "VercelNotFoundError": (("SDKError",), ANSWERED),
    "VercelConflictError": (("SDKError",), ANSWERED),
    "VercelGoneError": (("SDKError",), ANSWERED),
    "VercelPreconditionFailedError": (("SDKError",), ANSWERED),
    "VercelUnprocessableError": (("SDKError",), ANSWERED),
    "VercelRateLimitError": (("SDKError",), ANSWERED),
    "VercelServerError": (("SDKError",), ANSWERED),
    "ResponseValidationError": (("VercelError",), UNREADABLE),
    "SDKValidationError": (("VercelError", ValueError), REFUSED),
    "HTTPClientError": (("VercelError",), UNANSWERED),
    "ConnectionError": (("HTTPClientError", builtins.ConnectionError), UNANSWERED),
    "RequestTimeoutError": (("HTTPClientError", TimeoutError), UNANSWERED),
    "RequestAbortedError": (("HTTPClientError",), UNANSWERED),
    "InvalidRequestError": (("HTTPClientError", ValueError), UNANSWERED),
    "UnexpectedClientError": (("HTTPClientError",), UNANSWERED),
}


def class_of(name):
    return getattr(errors, name) if isinstance(name, str) else name


@pytest.mark.parametrize("name", TREE)
def test_a_class_has_its_place_in_the_tree(name):
    """Each class is below the ones that the tree draws it below."""
    above, _ = TREE[name]
    assert class_of(name).__bases__ == tuple(map(class_of, above))


def test_the_tree_is_complete():
    """Every exception class of the module is in the table above and exported."""
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert classes == TREE.keys()
    assert classes <= set(errors.__all__)


@pytest.mark.parametrize("name", TREE)
def test_an_error_keeps_its_fields(name):
    """Each field given to a class is an attribute of the error."""
    _, fields = TREE[name]
    error = class_of(name)("what happened", **fields)
    expected = {"message": "what happened"} | fields
    assert {field: getattr(error, field) for field in expected} == expected


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))]
)
@pytest.mark.parametrize("name", TREE)
def test_an_error_copies_and_pickles(name, again):
    """A copy is of the same class, with every field, note and text of the first."""
    _, fields = TREE[name]
    error = class_of(name)("what happened", **fields)
    error.add_note("An earlier attempt may have been accepted.")
    copied = again(error)
    assert type(copied) is type(error)
    assert vars(copied) == vars(error)
    assert (str(copied), copied.args) == (str(error), error.args)


def test_a_rate_limit_survives_pickling():
    """The limit of a 429 is part of its copy."""
    error = errors.VercelRateLimitError("slow down", status_code=429)
    error.limit = RateLimit(total=100, remaining=0, reset=1.0)
    assert pickle.loads(pickle.dumps(error)).limit == error.limit


def test_a_rate_limit_error_without_one_has_an_empty_limit():
    """The limit is always there to be read."""
    assert errors.VercelRateLimitError("slow down").limit == RateLimit()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.VercelError("it broke"), "it broke"),
        (
            errors.VercelNotFoundError(
                "no such invoice", operation_id="get-invoice", status_code=404, code="not_found"
            ),
            "get-invoice: 404 not_found: no such invoice",
        ),
        (
            errors.SDKError(
                "Bad Gateway", operation_id="get-invoice", status_code=502, headers=HEADERS
            ),
            "get-invoice: 502: Bad Gateway (request id iad1::abc)",
        ),
        (
            errors.ConnectionError("no connection", operation_id="get-member", request_sent=True),
            "get-member: no connection",
        ),
        (errors.RequestTimeoutError("no answer in 5 seconds"), "no answer in 5 seconds"),
    ],
)
def test_the_text_gives_the_context(error, text):
    """`str` has operation, status, code, message and request id, as far as they are known."""
    assert str(error) == text


@pytest.mark.parametrize("kind", [errors.SDKValidationError, errors.ResponseValidationError])
def test_pretty_has_a_line_for_each_issue(kind):
    """`pretty()` is the message and below it every place with what is wrong there."""
    assert kind("it breaks the contract", issues=ISSUES).pretty() == (
        "it breaks the contract\n"
        "  - request_body.items[0].total: expected an amount, got float\n"
        "  - expected JSON"
    )


def test_the_text_does_not_show_the_body():
    """A body may hold anything, so it is an attribute only."""
    error = errors.ResponseValidationError("broken", raw_value="sesame", body="sesame")
    assert "sesame" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (200, "SDKError"),
        (302, "SDKError"),
        (400, "VercelBadRequestError"),
        (401, "VercelUnauthorizedError"),
        (402, "SDKError"),
        (403, "VercelForbiddenError"),
        (404, "VercelNotFoundError"),
        (409, "VercelConflictError"),
        (410, "VercelGoneError"),
        (412, "VercelPreconditionFailedError"),
        (422, "VercelUnprocessableError"),
        (429, "VercelRateLimitError"),
        (499, "SDKError"),
        (500, "VercelServerError"),
        (599, "VercelServerError"),
        (600, "SDKError"),
    ],
)
def test_a_status_has_its_class(status, name):
    """The status alone picks the class."""
    assert error_class_for(status) is class_of(name)


@pytest.mark.parametrize("name", TREE)
def test_an_error_says_whether_it_may_have_taken_effect(name):
    """What was refused or never sent has no effect; all that leaves it open may have one."""
    leaves_it_open = {
        "SDKError",
        "VercelServerError",
        "ResponseValidationError",
        "ConnectionError",
        "RequestTimeoutError",
    }
    assert class_of(name)("what happened").may_have_taken_effect is (name in leaves_it_open)


@pytest.mark.parametrize("name", [name for name, (_, fields) in TREE.items() if "body" in fields])
def test_an_earlier_attempt_may_have_taken_effect(name):
    """A refusal says nothing of the attempts before it."""
    error = class_of(name)("what happened")
    error.earlier_attempt_may_have_succeeded = True
    assert error.may_have_taken_effect


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("name", [n for n, (_, fields) in TREE.items() if fields is UNANSWERED])
def test_what_was_not_sent_has_no_effect(name, sent):
    """Without a response it depends on whether the request went out."""
    error = class_of(name)("what happened", request_sent=sent)
    assert error.may_have_taken_effect is sent


@pytest.mark.parametrize("error", [errors.SDKError("x"), errors.VercelServerError("x")])
def test_an_api_errors_status_is_always_a_number(error):
    """The status of an `SDKError` made by hand is 0, so that it can be compared."""
    assert error.status_code == 0


def test_a_star_import_shadows_no_builtin():
    """The package exports no name that Python has already."""
    names = {}
    exec("from vercel_marketplace import *", names)
    assert names.keys() & (vars(builtins).keys() - {"__builtins__"}) == set()
    assert names.keys() >= set(vercel_marketplace.__all__)


@pytest.mark.parametrize("name", sorted(TREE.keys() - {"ConnectionError"}))
def test_errors_are_at_the_top_of_the_package(name):
    """Each class but the one named as a builtin is importable from the package itself."""
    assert getattr(vercel_marketplace, name) is class_of(name)


@pytest.mark.parametrize("name", TREE)
def test_an_error_equals_its_copy(name):
    """Errors are compared by class and fields, and hash alike, also from another process."""
    _, fields = TREE[name]
    error = class_of(name)("what happened", **fields)
    copied = pickle.loads(pickle.dumps(error))
    assert copied == error
    assert hash(copied) == hash(error)
    copied.attempts += 1
    assert copied != error
    assert error != "what happened"


def test_the_text_names_the_installation_the_attempts_and_the_host():
    """With many installations a line has to tell whose call failed, and where it went."""
    error = errors.ConnectionError("could not connect", operation_id="get-member", attempts=3)
    error.integration_configuration_id = "icfg_1"
    error.host = "api.vercel.com"
    text = "get-member (icfg_1): could not connect (api.vercel.com, 3 attempts)"
    assert str(error) == text


@pytest.mark.parametrize("installation", ["icfg\n1", "icfg\ud800"])
def test_an_installation_that_cannot_be_printed_is_escaped(installation):
    """A text must be printable whatever the id is."""
    error = errors.VercelError("it broke")
    error.integration_configuration_id = installation
    assert str(error).encode().isascii()
    assert str(error).isprintable()
