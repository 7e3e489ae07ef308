"""The SDK's calls over loopback HTTP have the same results as in the process."""

from urllib.parse import urlsplit

import attrs
import pytest

from tests.operations import CASES
from vercel_marketplace import Ok, SyncVercel
from vercel_marketplace import models as m
from vercel_marketplace.emulator import Emulator


def called(way, case, emulator, **settings):
    """The result of a call, and the request that it made."""
    example = CASES[case.name.replace("_", "-")].prepare(emulator)
    prepared = attrs.evolve(case, request=example)
    result = way.result_of(prepared, bearer_token=emulator.token, **settings)
    return result, emulator.requests[-1]


@pytest.fixture
def both(way, case, emulator, url):
    """A call over HTTP, and the same call in the process, on a twin."""
    twin = Emulator()
    return (
        called(way, case, emulator, server_url=url),
        called(way, case, twin, transport=twin.transport()),
    )


def test_a_call_has_the_same_result_as_in_the_process(both):
    """Each operation succeeds over HTTP with the value that it has in the process."""
    (served, _), (embedded, _) = both

    assert isinstance(served, Ok)
    assert served == embedded


@pytest.mark.parametrize("way", ["blocking"], indirect=True)
def test_a_request_arrives_as_in_the_process(both):
    """The emulator receives the same request either way."""
    (_, served), (_, embedded) = both

    assert shown(served) == shown(embedded)


def shown(request):
    return request.method, urlsplit(request.url).path, request.headers, request.content or b""


class OddIds(Emulator):
    """An emulator whose resource has an id that must be encoded in a path."""

    resource_id = "db/1 ü%2F?#"


def test_an_id_may_hold_any_character(stage, url):
    """An id with a slash in it stays one segment of the path."""
    emulator = stage.emulator = OddIds()
    secret = m.Secret(name="KEY", value="new")
    with SyncVercel(bearer_token=emulator.token, server_url=url) as vercel:
        vercel.marketplace.update_resource_secrets_by_id(
            integration_configuration_id=emulator.installation_id,
            resource_id=emulator.resource_id,
            request_body=m.UpdateResourceSecretsRequestBody(secrets=[secret]),
        )

    assert emulator.resources.secrets == {emulator.resource_id: [secret]}
