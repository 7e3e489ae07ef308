"""What the webhooks cost to import."""

import pytest

from tests.test_imports import HEAVY, loaded_by
from vercel_marketplace import webhooks

pytestmark = pytest.mark.subprocess


def test_webhooks_load_no_library_but_attrs():
    """An endpoint that only receives loads no HTTP client and no converter, even to read."""
    loaded = loaded_by(
        "from vercel_marketplace.webhooks import sign, parse_event\n"
        'body = b\'{"id": "evt_1", "type": "t", "createdAt": 0}\'\n'
        "parse_event(body, sign(body, 'secret'), 'secret')"
    )
    assert loaded & HEAVY == set()
    assert {name.partition(".")[0] for name in loaded} >= {"attr", "hmac"}


def test_webhooks_bring_in_no_client():
    """Nor do they load what calls the API."""
    loaded = loaded_by("import vercel_marketplace.webhooks")
    ours = {name.split(".")[1] for name in loaded if name.startswith("vercel_marketplace.")}
    assert ours == {"_internal", "errors", "http", "models", "result", "version", "webhooks"}


def test_every_public_name_is_there():
    """Each name that the module lists can be had from it, and none is listed twice."""
    assert all(hasattr(webhooks, name) for name in webhooks.__all__)
    assert len(set(webhooks.__all__)) == len(webhooks.__all__)
