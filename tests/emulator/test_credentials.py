"""Access tokens: another one, and one less."""

import pytest

from tests.emulator.builders import INSTALLATION
from vercel_marketplace import (
    RequestOptions,
    VercelBadRequestError,
    VercelConflictError,
    VercelForbiddenError,
    VercelNotFoundError,
)
from vercel_marketplace import models as m


@pytest.fixture
def proof(emulator):
    """What proves that the integration itself asks."""
    return {"client_secret": emulator.integration.client_secret}


@pytest.fixture
def rotate(marketplace, proof):
    """Gets another token."""
    body = m.RotateInstallationCredentialRequestBody(**proof)
    return lambda: marketplace.rotate_installation_credential(request_body=body).access_token


@pytest.fixture
def revoke(marketplace, proof):
    """Retires one."""

    def call(token):
        body = m.RevokeInstallationCredentialRequestBody(token=token, **proof)
        return marketplace.revoke_installation_credential(request_body=body)

    return call


def test_a_rotation_leaves_both_tokens_good(emulator, marketplace, rotate):
    """The new token opens the installation, and the old one still does."""
    new = rotate()

    assert emulator.tokens.access_tokens == [emulator.token, new]
    assert marketplace.get_account_info().name == "Acme"
    assert marketplace.get_account_info(options=RequestOptions(bearer_token=new)).name == "Acme"


def test_every_rotation_gives_another_token(emulator, rotate):
    """No two rotations give the same token, whichever installations there are."""
    emulator.installations.add()

    assert len({rotate(), rotate(), *emulator.tokens.access_tokens}) == 3


def test_a_revoked_token_opens_nothing(emulator, marketplace, rotate, revoke):
    """The token that was retired is a 403 from then on; the one that stays is good."""
    old = rotate()

    assert revoke(old) == m.RevokedCredential(revoked=True, already_revoked=False)
    assert emulator.tokens.access_tokens == [emulator.token]
    with pytest.raises(VercelForbiddenError):
        marketplace.get_account_info(options=RequestOptions(bearer_token=old))


def test_a_second_revocation_says_so(rotate, revoke):
    """Revoking again does nothing, and the response tells that it was done before."""
    old = rotate()
    revoke(old)

    assert revoke(old) == m.RevokedCredential(revoked=True, already_revoked=True)


def test_the_last_token_stays(emulator, marketplace, revoke):
    """The only good token is not retired: a 409, and it opens the installation as before."""
    with pytest.raises(VercelConflictError):
        revoke(emulator.token)

    assert marketplace.get_account_info().name == "Acme"


def test_only_its_own_tokens_are_revoked(emulator, revoke):
    """A token of another installation, or of none, is a 404, and the other one stays good."""
    other = emulator.installations.add()

    for token in (other.token, "unknown"):
        with pytest.raises(VercelNotFoundError):
            revoke(token)

    assert other.tokens.access_tokens == [other.token]


@pytest.mark.parametrize("wrong", [{"client_secret": "x"}, {"client_id": "oac_other"}])
@pytest.mark.parametrize("call", ["rotate", "revoke"])
def test_a_token_alone_changes_no_token(emulator, marketplace, proof, call, wrong):
    """Without the integration's own secret, or for another client, it is a 403."""
    given = proof | wrong | ({"token": "x"} if call == "revoke" else {})
    body = getattr(m, f"{call.capitalize()}InstallationCredentialRequestBody")(**given)

    with pytest.raises(VercelForbiddenError):
        getattr(marketplace, f"{call}_installation_credential")(request_body=body)

    assert emulator.tokens.access_tokens == [emulator.token]


@pytest.mark.parametrize("call", ["rotate", "revoke"])
def test_a_proof_has_to_be_given(marketplace, call):
    """The contract lets the body be left out; there is nothing that proves the call then."""
    with pytest.raises(VercelBadRequestError, match="`client_secret`: a required"):
        getattr(marketplace, f"{call}_installation_credential")()


def test_no_token_is_shown(emulator, rotate, revoke):
    """Neither a good token nor a retired one is in a `repr` of what the emulator keeps."""
    old, new = rotate(), rotate()
    revoke(old)

    shown = repr(emulator._store.state)

    assert (old in shown, new in shown) == (False, False)
    assert emulator._store.state.installations[INSTALLATION].retired == (old,)
