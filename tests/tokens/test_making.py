"""Making a verifier: what it accepts, what it refuses, what it loads."""

import math
import subprocess
import sys

import httpx
import pytest

from tests.tokens.signing import USER
from vercel_marketplace.tokens import SyncTokenVerifier, TokenVerifier

KINDS = [TokenVerifier, SyncTokenVerifier]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("settings", "error", "name"),
    [
        ({"client_id": None}, TypeError, "client_id"),
        ({"client_id": ["oac_1"]}, TypeError, "client_id"),
        ({"client_id": ""}, ValueError, "client_id"),
        ({"issuer": None}, TypeError, "issuer"),
        ({"issuer": ""}, ValueError, "issuer"),
        ({"jwks_url": None}, ValueError, "jwks_url"),
        ({"jwks_url": "marketplace.vercel.com/jwks"}, ValueError, "jwks_url"),
        ({"jwks_url": "file:///etc/passwd"}, ValueError, "jwks_url"),
        ({"jwks_url": "https://user:hunter2@host/jwks"}, ValueError, "jwks_url"),
        ({"leeway": "30"}, TypeError, "leeway"),
        ({"leeway": True}, TypeError, "leeway"),
        ({"leeway": -1}, ValueError, "leeway"),
        ({"leeway": math.inf}, ValueError, "leeway"),
        ({"leeway": math.nan}, ValueError, "leeway"),
        ({"max_age": -1}, ValueError, "max_age"),
        ({"max_stale": -1}, ValueError, "max_stale"),
        ({"refresh_interval": -1}, ValueError, "refresh_interval"),
        ({"timeout": None}, TypeError, "timeout"),
        ({"timeout": 0}, ValueError, "timeout"),
        ({"timeout": math.inf}, ValueError, "timeout"),
        ({"clock": 5}, TypeError, "clock"),
        ({"http_client": object()}, TypeError, "http_client"),
        ({"transport": object()}, TypeError, "transport"),
    ],
)
def test_a_setting_that_can_not_be_is_refused_by_name(kind, settings, error, name):
    """What could only go wrong with a token must go wrong when the verifier is made."""
    with pytest.raises(error, match=name) as caught:
        kind(**{"client_id": "oac_1", **settings})
    assert "hunter2" not in str(caught.value)


def test_a_client_of_the_other_kind_is_refused():
    """A blocking client in an async verifier must be refused, and the reverse."""
    with httpx.Client() as client, pytest.raises(TypeError, match="http_client is blocking"):
        TokenVerifier("oac_1", http_client=client)
    with pytest.raises(TypeError, match="http_client is async"):
        SyncTokenVerifier("oac_1", http_client=httpx.AsyncClient())


@pytest.mark.parametrize("kind", KINDS)
def test_the_repr_says_for_whom(kind):
    """A verifier must show its client id, which is no secret, and nothing else."""
    assert repr(kind("oac_1")) == f"{kind.__name__}('oac_1')"


def test_another_issuer_can_be_named(vercel):
    """A verifier for somebody who plays Vercel must hold tokens against their name."""
    verifier = vercel.verifier(issuer="https://emulator.test")
    token = vercel.key.sign({**USER, "iss": "https://emulator.test"})
    assert verifier.verify_user(token, installation_id="icfg_1").iss == "https://emulator.test"


def test_the_present_is_the_default(vercel):
    """Without a clock of the test's, tokens must be held against the time of day."""
    verifier = SyncTokenVerifier("oac_1", transport=vercel.transport)
    token = vercel.key.sign({**USER, "iat": 0, "nbf": 0, "exp": 4_000_000_000})
    assert verifier.verify_user(token, installation_id="icfg_1")


WITHOUT_THE_EXTRA = """
import sys
sys.modules["{missing}"] = None
from vercel_marketplace.tokens import {kind}
try:
    {kind}("oac_1")
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("missing", ["jwt", "cryptography"])
def test_without_the_extra_the_error_says_what_to_install(kind, missing):
    """A verifier that lacks its libraries must say so when it is made, with the command."""
    script = WITHOUT_THE_EXTRA.format(missing=missing, kind=kind.__name__)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == (
        "vercel_marketplace.tokens requires PyJWT and cryptography: "
        'pip install "vercel-marketplace[tokens]"\n'
    )
