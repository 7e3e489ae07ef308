"""The recorded requests and responses, through the served partner API."""

from urllib.parse import quote, urlencode

import pytest

from tests.contract.reading import snake
from tests.partner.acme import PlainAcme, Served
from tests.partner.examples import content_of, has_json, table
from vercel_marketplace.partner import PartnerAPIError
from vercel_marketplace.partner.bodies import read_body
from vercel_marketplace.partner.responses import write_response


class ArrivedError(PartnerAPIError):
    """What the partner responds to all requests: they have arrived."""

    status_code = 418


@pytest.fixture
def served():
    """A partner, served without a loop, that only keeps what it is asked."""
    blocking = type("Blocking", (), {"blocking": True})()
    partner = PlainAcme()
    partner.returns = dict.fromkeys(dir(partner), ArrivedError("arrived"))
    return Served(blocking, partner).serve()


def path_of(operation, case):
    """The path and the query of a recorded request."""
    names = {snake(name): quote(value, safe="") for name, value in case["path"].items()}
    query = urlencode(case.get("query", {}), doseq=True)
    return operation.path.format_map(names) + (f"?{query}" if query else "")


@pytest.mark.parametrize(("operation", "case"), table("requests"))
def test_every_recorded_request_arrives(served, operation, case):
    """Each reaches its method, with the installation of its path and its key."""
    installation = case["path"].get("installationId")
    claims = {"installation_id": None if installation in {None, "new"} else installation}

    response = served.call(
        operation.method,
        path_of(operation, case),
        case.get("body"),
        kind=min(operation.tokens),
        claims=claims,
        key="key_1",
    )

    ((name, call, asked),) = served.partner.calls
    assert (response.status_code, name, type(asked)) == (418, operation.name, operation.request)
    assert call.installation_id == claims["installation_id"]
    assert call.idempotency_key == ("key_1" if operation.writes else None)


@pytest.mark.parametrize(("operation", "case"), table("responses", where=has_json))
def test_every_recorded_response_goes_out(operation, case):
    """What a partner may respond goes out as it is documented, by the first of its statuses."""
    first = next(iter(operation.responses))
    value, issues = read_body(operation.responses[case["status"]], content_of(case))
    assert issues == ()

    response = write_response(operation, value)
    assert response.status_code in {first, case["status"]}
    assert response.headers["content-type"].startswith("application/json")
