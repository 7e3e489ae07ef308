"""A redirect becomes verified claims in one call, over HTTP."""

import traceback
from urllib.parse import urlsplit

import attrs
import pytest

from tests.loopback import Loopback
from vercel_marketplace import (
    RetryConfig,
    SyncVercel,
    Vercel,
    VercelBadRequestError,
    VercelForbiddenError,
    VercelServerError,
)
from vercel_marketplace import errors as e
from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.partner import SSORedirect, sign_in, sync_sign_in
from vercel_marketplace.tokens import (
    KeysUnavailableError,
    MalformedTokenError,
    SyncTokenVerifier,
    TokenAudienceError,
    TokenSignatureError,
    TokenVerifier,
)

SITE = "https://acme.example/sso"
CLIENT_ID = Emulator.integration.client_id
SECRET = Emulator.integration.client_secret
ONCE = RetryConfig("none")


@pytest.fixture(scope="module")
def served():
    """An emulator and its URL."""
    emulator = Emulator(RunningClock())
    with emulator.serve() as url:
        yield emulator, url


@pytest.fixture
def emulator(served):
    """The emulator, without the requests of other tests."""
    served[0].reset()
    return served[0]


@pytest.fixture
def url(served):
    """Where it is served."""
    return served[1]


def redirect(installation, **parameters):
    """The redirect of a user who opens the product of an installation."""
    return SSORedirect.parse(urlsplit(installation.tokens.sso_url(SITE, **parameters)).query)


def signed_in(way, url, redirect, *, keys=None, audience=CLIENT_ID, **given):
    """What a sign-in returns, on each of the three ways."""
    given = {"client_id": CLIENT_ID, "client_secret": SECRET} | given
    jwks_url = f"{keys or url}/.well-known/jwks"

    async def story():
        if way.blocking:
            with (
                SyncVercel(server_url=url, retries=ONCE) as vercel,
                SyncTokenVerifier(audience, jwks_url=jwks_url) as verifier,
            ):
                return sync_sign_in(vercel, verifier, redirect, **given)
        async with (
            Vercel(server_url=url, retries=ONCE) as vercel,
            TokenVerifier(audience, jwks_url=jwks_url) as verifier,
        ):
            return await sign_in(vercel, verifier, redirect, **given)

    return way.run(story)


def test_a_user_signs_in(way, emulator, url):
    """The claims are those of the member and the installation that the code is for."""
    emulator.team.add_member("usr_2", role="USER")

    user = signed_in(way, url, redirect(emulator, member_id="usr_2"))

    assert (user.installation_id, user.user_id, user.user_role, user.type) == (
        emulator.installation_id,
        "usr_2",
        "USER",
        "id_token",
    )


def test_the_installation_is_that_of_the_code(way, emulator, url):
    """Whatever ids a link has, the user is of the installation that Vercel says."""
    other = emulator.installations.add()
    forged = attrs.evolve(
        redirect(other), resource_id=emulator.resource_id, others={"installation_id": "icfg_1"}
    )

    assert signed_in(way, url, forged).installation_id == other.installation_id


def test_state_and_address_are_passed_on(way, emulator, url):
    """The exchange has what came with the code, and the integration's own data, in one request."""
    one = redirect(emulator, state="of tests")
    signed_in(way, url, one, redirect_uri=SITE)

    (request,) = [one for one in emulator.requests if one.method == "POST"]
    assert all(
        text in request.content
        for text in (b'"of tests"', one.code.encode(), SECRET.encode(), SITE.encode())
    )
    assert "authorization" not in request.headers


def failure(way, url, redirect, **given):
    """The error of a sign-in, which tells no secret: neither in its text nor in a frame's."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 (each test looks at it)
        signed_in(way, url, redirect, **given)
    error = caught.value
    shown = [
        repr(frame.f_locals)
        for frame, _ in traceback.walk_tb(error.__traceback__)
        if "vercel_marketplace" in frame.f_code.co_filename
        and "/tests/" not in frame.f_code.co_filename
    ]
    texts = "".join([*shown, *traceback.format_exception(error)])
    assert [secret for secret in (SECRET, redirect.code) if secret in texts] == []
    return error


def test_a_used_code_is_an_invalid_grant(way, emulator, url):
    """The second use of a link is a 400 with OAuth's code."""
    one = redirect(emulator)
    signed_in(way, url, one)

    error = failure(way, url, one)

    assert isinstance(error, VercelBadRequestError)
    assert error.code == "invalid_grant"


def test_another_state_is_an_invalid_grant(way, emulator, url):
    """A code that is sent with the state of another link is refused by Vercel."""
    error = failure(way, url, attrs.evolve(redirect(emulator), state="of another"))

    assert (type(error), error.code) == (VercelBadRequestError, "invalid_grant")


def test_a_wrong_secret_is_forbidden(way, emulator, url):
    """The client secret is Vercel's to judge."""
    error = failure(way, url, redirect(emulator), client_secret="wrong-s3cr3t")

    assert (type(error), error.code) == (VercelForbiddenError, "invalid_client")


def test_an_error_of_vercel_is_one_of_the_exchange(way, emulator, url):
    """A failed exchange says which operation failed, and that the code may be used up."""
    emulator.faults.fail("exchange-sso-token", status=500)

    error = failure(way, url, redirect(emulator))

    assert isinstance(error, VercelServerError)
    assert (error.operation_id, error.may_have_taken_effect) == ("exchange-sso-token", True)


def test_an_id_token_that_is_not_one_is_refused(way, emulator, url):
    """What Vercel's response holds is verified, not believed."""
    emulator.faults.alter("exchange-sso-token", {"id_token": "no.token"})

    assert type(failure(way, url, redirect(emulator))) is MalformedTokenError


def test_a_forged_id_token_is_refused(way, emulator, url):
    """A token with other claims under the same signature is not trusted."""
    other = emulator.installations.add()
    mine, theirs = emulator.tokens.user_token(), other.tokens.user_token()
    head, _, signature = mine.split(".")
    forged = ".".join([head, theirs.split(".")[1], signature])
    emulator.faults.alter("exchange-sso-token", {"id_token": forged})

    assert type(failure(way, url, redirect(emulator))) is TokenSignatureError


def test_a_token_of_another_integration_is_refused(way, emulator, url):
    """A token whose audience is another integration signs nobody in."""
    token = emulator.tokens.user_token(claims={"aud": "oac_other", "type": "id_token"})
    emulator.faults.alter("exchange-sso-token", {"id_token": token})

    assert type(failure(way, url, redirect(emulator))) is TokenAudienceError


def test_without_keys_nobody_signs_in(way, emulator, url, refusing_url):
    """Keys that cannot be fetched are no proof of anything, and no fault of the token."""
    error = failure(way, url, redirect(emulator), keys=refusing_url)

    assert type(error) is KeysUnavailableError


def test_a_verifier_of_another_client_uses_up_no_code(way, emulator, url):
    """A mistake in the settings shows before the code is sent."""
    error = failure(way, url, redirect(emulator), audience="oac_other")

    assert (type(error), str(error)) == (ValueError, "client_id must be that of the verifier")
    assert emulator.requests == []


def test_a_lost_response_is_not_retried(way, emulator):
    """A code works once: the exchange is sent once, whatever the retries of the client are."""
    with Loopback() as server:
        server.plays(server.CLOSE)
        error = failure(way, server.url, redirect(emulator))
        assert (type(error), len(server.requests)) == (e.ConnectionError, 1)
