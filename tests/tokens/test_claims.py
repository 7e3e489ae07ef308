"""What a token that is in order gives, and what its claims are held against."""

import json
from datetime import UTC, datetime

import attrs
import pytest

from tests.tokens.signing import LEEWAY, NOW, SYSTEM, USER, without
from vercel_marketplace import Ok
from vercel_marketplace.tokens import (
    ANY_INSTALLATION,
    AUTH_HEADER,
    ISSUER,
    JWKS_URL,
    MalformedTokenError,
    SystemClaims,
    TokenAudienceError,
    TokenExpiredError,
    TokenIssuerError,
    TokenNotYetValidError,
    UserClaims,
    WrongInstallationError,
    WrongTokenKindError,
    verify_call,
)


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC)


USERS = UserClaims(
    iss=ISSUER,
    aud="oac_1",
    sub="account:0a1b:user:2c3d",
    account_id="team_1",
    installation_id="icfg_1",
    user_id="user_1",
    user_role="ADMIN",
    iat=at(NOW - 60),
    nbf=at(NOW - 60),
    exp=at(NOW + 3600),
)
SYSTEMS = SystemClaims(
    iss=ISSUER,
    aud="oac_1",
    sub="account:0a1b",
    account_id="team_1",
    installation_id="icfg_1",
    iat=at(NOW - 60),
    nbf=at(NOW - 60),
    exp=at(NOW + 3600),
)


# What comes out -------------------------------------------------------------------------


def test_a_users_token_gives_its_claims(vercel):
    """Each claim must come back under its name, the times as aware datetimes."""
    assert vercel.user() == Ok(USERS)


def test_a_system_token_gives_its_claims(vercel):
    """A token of Vercel's own must come back as claims that have no user."""
    assert vercel.system() == Ok(SYSTEMS)


@pytest.mark.parametrize("name", ["type", "user_email", "user_name", "user_avatar_url"])
def test_an_optional_claim_of_a_user_has_its_field(vercel, name):
    """What Vercel says of a user beyond the rest must be found in the field of that name."""
    claims = vercel.user(**{name: "text"}).unwrap()
    assert (getattr(claims, name), claims.extra) == ("text", {})


@pytest.mark.parametrize("absent", [None, "left out"])
@pytest.mark.parametrize("name", ["iat", "nbf", "type", "user_email"])
def test_an_optional_claim_may_be_missing(vercel, name, absent):
    """What need not be there may be null or left out."""
    claims = {**USER, name: None} if absent is None else without(USER, name)
    assert getattr(vercel.user(vercel.key.sign(claims)).unwrap(), name) is None


@pytest.mark.parametrize("name", ["installation_id", "sub"])
def test_a_system_token_may_leave_open_for_whom(vercel, name):
    """A call that is for no installation has a token with null in these places."""
    claims = vercel.system(
        installation_id=ANY_INSTALLATION, token=vercel.key.sign({**SYSTEM, name: None})
    )
    assert getattr(claims.unwrap(), name) is None


@pytest.mark.parametrize("kind", ["user", "system"])
def test_unknown_claims_are_kept_aside(vercel, kind):
    """A claim that Vercel adds must be there to look at, and its value not in the repr."""
    claims = getattr(vercel, kind)(plan={"tier": "s3cr3t"}).unwrap()
    assert claims.extra == {"plan": {"tier": "s3cr3t"}}
    assert "extra={plan}" in repr(claims)
    assert "s3cr3t" not in repr(claims)


def test_a_role_of_tomorrow_is_kept(vercel):
    """A role that is not known yet must come through as it is."""
    assert vercel.user(user_role="AUDITOR").unwrap().user_role == "AUDITOR"


def test_claims_can_be_put_into_a_set(vercel):
    """Claims are values, so equal ones must hash alike."""
    assert {vercel.user().unwrap(), vercel.user().unwrap()} == {USERS}


# Whose, and for whom --------------------------------------------------------------------


@pytest.mark.parametrize(
    "issuer", ["https://vercel.com", f"{ISSUER}/", f"{ISSUER}.evil.example", "", None, 5, [ISSUER]]
)
def test_another_issuer_is_refused(vercel, issuer):
    """A token must be the Marketplace's own, to the letter."""
    assert type(vercel.user(iss=issuer).error) is TokenIssuerError


@pytest.mark.parametrize(
    "audience",
    ["oac_2", "OAC_1", "oac_1 ", "", None, 5, [], ["oac_2"], ["oac_1", "oac_2"], {"oac_1": 1}],
    ids=repr,
)
def test_another_audience_is_refused(vercel, audience):
    """A token that is not for this integration, or not for it alone, must not be taken."""
    assert type(vercel.user(aud=audience).error) is TokenAudienceError


def test_an_audience_in_a_list_of_its_own_is_the_same(vercel):
    """A list of this integration alone says the same as its name."""
    assert vercel.user(aud=["oac_1"]) == Ok(USERS)


@pytest.mark.parametrize("kind", ["user", "system"])
@pytest.mark.parametrize("of_path", ["icfg_2", "", "ICFG_1", None, 5])
def test_a_token_for_another_installation_is_refused(vercel, kind, of_path):
    """A token must be for the installation of the path, and what is no path opens nothing."""
    result = getattr(vercel, kind)(installation_id=of_path)
    assert type(result.error) is WrongInstallationError


@pytest.mark.parametrize("of_path", ["icfg_1", None])
def test_a_system_token_for_none_does_not_open_one(vercel, of_path):
    """A token that names no installation must not do for a path, not even for a missing one."""
    token = vercel.key.sign({**SYSTEM, "installation_id": None})
    assert type(vercel.system(token, of_path).error) is WrongInstallationError


def test_a_sign_in_is_for_any_installation(vercel):
    """Where no path names an installation, the claim says which it is."""
    claims = vercel.user(installation_id=ANY_INSTALLATION).unwrap()
    assert claims.installation_id == "icfg_1"


# When -----------------------------------------------------------------------------------


@pytest.mark.parametrize("late", [LEEWAY, LEEWAY + 1, 86_400])
def test_an_expired_token_is_refused(vercel, late):
    """From the moment of expiry and the leeway on, a token must not be taken."""
    vercel.clock.now = USER["exp"] + late
    assert type(vercel.user().error) is TokenExpiredError


@pytest.mark.parametrize("late", [-1, 0, LEEWAY - 0.001])
def test_the_leeway_is_for_expiry_too(vercel, late):
    """Up to the end of the leeway a token must be taken, for clocks differ."""
    vercel.clock.now = USER["exp"] + late
    assert vercel.user().ok


@pytest.mark.parametrize("name", ["iat", "nbf"])
@pytest.mark.parametrize("early", [LEEWAY + 0.001, LEEWAY + 1, 86_400])
def test_a_token_from_the_future_is_refused(vercel, name, early):
    """A token that is issued or valid only later must not be taken now."""
    assert type(vercel.user(**{name: NOW + early}).error) is TokenNotYetValidError


@pytest.mark.parametrize("name", ["iat", "nbf"])
@pytest.mark.parametrize("early", [0, 1, LEEWAY])
def test_the_leeway_is_for_the_start_too(vercel, name, early):
    """A token from a clock that is ahead by no more than the leeway must be taken."""
    assert vercel.user(**{name: NOW + early}).ok


def test_without_leeway_the_second_counts(vercel):
    """A leeway of zero must leave none."""
    vercel.clock.now = USER["exp"]
    with pytest.raises(TokenExpiredError):
        vercel.verifier(leeway=0).verify_user(vercel.key.sign(USER), installation_id="icfg_1")


@pytest.mark.parametrize("name", ["exp", "iat", "nbf"])
@pytest.mark.parametrize("value", [str(NOW), True, -1, [], {}, 1e300, 253_402_300_800])
def test_a_time_that_is_none_is_refused(vercel, name, value):
    """Each time must be a number that a calendar knows."""
    assert type(vercel.user(**{name: value}).error) is MalformedTokenError


@pytest.mark.parametrize("claims", [without(USER, "exp"), {**USER, "exp": None}])
def test_a_token_that_never_expires_is_refused(vercel, claims):
    """A token must say when it expires."""
    assert type(vercel.user(vercel.key.sign(claims)).error) is MalformedTokenError


def test_a_time_beyond_all_numbers_is_refused(vercel):
    """A number that overflows must not be an expiry that never comes."""
    claims = b'{"iss":"%s","aud":"oac_1","exp":1e999}' % ISSUER.encode()
    assert type(vercel.user(vercel.key.sign(claims)).error) is MalformedTokenError


# Of which kind --------------------------------------------------------------------------


def test_a_users_token_is_not_the_systems(vercel):
    """A user must not gain the system's rights by way of a header that nobody signed."""
    assert type(vercel.system(vercel.key.sign(USER)).error) is WrongTokenKindError


@pytest.mark.parametrize("name", ["user_id", "user_role", "user_email"])
def test_one_claim_of_a_user_makes_it_a_users_token(vercel, name):
    """A token with any claim of a user must not pass for the system's."""
    assert type(vercel.system(**{name: "x"}).error) is WrongTokenKindError


def test_the_subject_of_a_user_makes_it_a_users_token(vercel):
    """A token about a user must not pass for the system's, even without claims of one."""
    assert type(vercel.system(sub=USER["sub"]).error) is WrongTokenKindError


def test_a_system_token_is_not_a_users(vercel):
    """A token without a user must not be taken where one is due."""
    assert type(vercel.user(vercel.key.sign(SYSTEM)).error) is WrongTokenKindError


_TEXTS = ("account_id", "installation_id", "user_id", "user_role", "sub")


@pytest.mark.parametrize("name", _TEXTS)
@pytest.mark.parametrize("value", [5, "", ["x"], {"x": 1}, True, "left out"], ids=repr)
def test_a_claim_of_another_type_is_refused(vercel, name, value):
    """Each claim that is required must be there as text that says something."""
    claims = without(USER, name) if value == "left out" else {**USER, name: value}
    result = vercel.user(vercel.key.sign(claims), ANY_INSTALLATION)
    assert (type(result.error), name in str(result.error)) == (MalformedTokenError, True)


@pytest.mark.parametrize("name", ["type", "user_email", "user_name", "user_avatar_url"])
def test_an_optional_claim_of_another_type_is_refused(vercel, name):
    """A claim that may be missing must be text where it is there."""
    assert type(vercel.user(**{name: 5}).error) is MalformedTokenError


# Calls ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_call_says_of_which_kind_it_is(way, vercel, scheme):
    """The two headers of a call must lead to the claims of the kind that they name."""

    async def story():
        verifier = vercel.verifier(way)
        return [
            await verify_call(
                verifier,
                f"{scheme} {vercel.key.sign(claims)}",
                kind,
                installation_id="icfg_1",
            )
            for kind, claims in (("user", USER), ("system", SYSTEM))
        ]

    assert way.run(story) == [Ok(USERS), Ok(SYSTEMS)]


@pytest.mark.parametrize(("claims", "found"), [(USER, USERS), (SYSTEM, SYSTEMS)])
def test_without_the_header_the_claims_tell_the_kind(vercel, claims, found):
    """The header is optional and not signed: the token alone must do."""
    authorization = f"Bearer {vercel.key.sign(claims)}"
    assert vercel.verifier().verify_call(authorization, None, installation_id="icfg_1") == found


@pytest.mark.parametrize("claims", [USER, SYSTEM])
def test_without_the_header_an_id_token_does_not_authorize_a_call(vercel, claims):
    """What is checked of a token must not depend on a header that an attacker leaves out."""
    authorization = f"Bearer {vercel.key.sign({**claims, 'type': 'id_token'})}"
    with pytest.raises(WrongTokenKindError, match="an id_token does not authorize a call"):
        vercel.verifier().verify_call(authorization, None, installation_id="icfg_1")


@pytest.mark.parametrize(("header", "claims"), [("system", USER), ("user", SYSTEM)])
def test_a_header_that_names_the_other_kind_is_refused(vercel, header, claims):
    """Where the header is present, it must match the signed claims."""
    authorization = f"Bearer {vercel.key.sign(claims)}"
    with pytest.raises(WrongTokenKindError, match="a user's"):
        vercel.verifier().verify_call(authorization, header, installation_id="icfg_1")


@pytest.mark.parametrize(("header", "claims"), [("USER", USER), ("System", SYSTEM)])
def test_the_kind_is_read_in_any_case(vercel, header, claims):
    """Header values that differ in case alone must mean the same."""
    authorization = f"Bearer {vercel.key.sign(claims)}"
    assert vercel.verifier().verify_call(authorization, header, installation_id="icfg_1")


@pytest.mark.parametrize(("kind", "claims"), [("user", USER), ("system", SYSTEM)])
def test_an_id_token_does_not_authorize_a_call(vercel, kind, claims):
    """What signs a user in passes through other hands; a call must have a token of its own."""
    authorization = f"Bearer {vercel.key.sign({**claims, 'type': 'id_token'})}"
    with pytest.raises(WrongTokenKindError, match="an id_token does not authorize a call"):
        vercel.verifier().verify_call(authorization, kind, installation_id="icfg_1")


def test_an_access_token_does_not_sign_a_user_in(vercel):
    """The token of a call must not open a session."""
    token = vercel.key.sign({**USER, "type": "access_token"})
    with pytest.raises(WrongTokenKindError, match="an access_token does not sign a user in"):
        vercel.verifier().verify_user(token, installation_id="icfg_1")


@pytest.mark.parametrize("type_", [None, "another"])
def test_a_token_that_does_not_name_its_use_serves_for_both(vercel, type_):
    """The claim is optional, and may get new values: only the other use is refused."""
    token = vercel.key.sign({**USER, "type": type_})
    verifier = vercel.verifier()
    assert verifier.verify_user(token, installation_id="icfg_1")
    assert verifier.verify_call(f"Bearer {token}", "user", installation_id="icfg_1")


def test_a_system_token_may_be_for_no_account(vercel):
    """Vercel asks for the plans of a product before there is an installation or an account."""
    claims = {name: value for name, value in SYSTEM.items() if name in {"iss", "aud", "exp"}}
    found = vercel.verifier().verify_call(
        f"Bearer {vercel.key.sign(claims)}", "system", installation_id=ANY_INSTALLATION
    )
    assert (found.account_id, found.installation_id) == (None, None)


def test_repr_shows_nothing_personal(vercel):
    """A log line with a user's claims must have no address, name or picture."""
    personal = {"user_email": "a@b.example", "user_name": "Ada", "user_avatar_url": "https://p"}
    text = repr(vercel.user(**personal).unwrap())
    assert not [value for value in personal.values() if value in text]


@pytest.mark.parametrize("kind", ["", "admin", "user, system", 5])
def test_a_call_of_no_kind_is_refused(vercel, kind):
    """A call that names another kind must not be taken for either."""
    with pytest.raises(WrongTokenKindError, match="neither"):
        vercel.verifier().verify_call(
            f"Bearer {vercel.key.sign(SYSTEM)}", kind, installation_id="icfg_1"
        )


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Basic eDp5", 5])
def test_a_call_without_a_bearer_token_is_refused(vercel, authorization):
    """A call that brings no token must be refused before anything is fetched."""
    with pytest.raises(MalformedTokenError, match="no"):
        vercel.verifier().verify_call(authorization, "system", installation_id="icfg_1")
    assert vercel.transport.sent == []


def test_a_call_to_another_installation_is_refused(vercel):
    """The path of a call must be held against its token."""
    with pytest.raises(WrongInstallationError):
        vercel.verifier().verify_call(
            f"Bearer {vercel.key.sign(USER)}", "user", installation_id="icfg_2"
        )


# Faces ----------------------------------------------------------------------------------


@pytest.mark.anyio
async def test_the_async_methods_give_the_claims(vercel):
    """Each awaited method must give what its function has in `Ok`."""
    async with vercel.verifier(type("Async", (), {"blocking": False})) as verifier:
        users, systems = vercel.key.sign(USER), vercel.key.sign(SYSTEM)
        assert await verifier.verify_user(users, installation_id="icfg_1") == USERS
        assert await verifier.verify_system(systems, installation_id="icfg_1") == SYSTEMS
        assert (
            await verifier.verify_call(f"Bearer {users}", "user", installation_id="icfg_1") == USERS
        )
        with pytest.raises(WrongTokenKindError):
            await verifier.verify_system(users, installation_id="icfg_1")


def test_the_blocking_methods_give_the_claims(vercel):
    """Each blocking method must give what its function has in `Ok`."""
    with vercel.verifier() as verifier:
        users, systems = vercel.key.sign(USER), vercel.key.sign(SYSTEM)
        assert verifier.verify_user(users, installation_id="icfg_1") == USERS
        assert verifier.verify_system(systems, installation_id="icfg_1") == SYSTEMS
        assert verifier.verify_call(f"Bearer {users}", "user", installation_id="icfg_1") == USERS
        with pytest.raises(WrongTokenKindError):
            verifier.verify_system(users, installation_id="icfg_1")


def test_the_constants_are_vercels():
    """Whoever plays Vercel must be able to use the same names."""
    assert (ISSUER, JWKS_URL, AUTH_HEADER) == (
        "https://marketplace.vercel.com",
        "https://marketplace.vercel.com/.well-known/jwks",
        "x-vercel-auth",
    )


# In a session ---------------------------------------------------------------------------


FULL = attrs.evolve(
    USERS,
    type="id_token",
    user_email="ada@acme.example",
    user_name="Ada",
    user_avatar_url="https://acme.example/ada.png",
    exp=at(NOW + 0.25),
    nbf=None,
    extra={"nonce": "n", "amr": ["otp"], "parent_account_id": None},
)


@pytest.mark.parametrize("claims", [USERS, FULL], ids=["usual", "full"])
def test_claims_survive_a_session(claims):
    """Claims that went through JSON are the claims that were verified."""
    assert UserClaims.from_dict(json.loads(json.dumps(claims.to_dict()))) == claims


def test_claims_in_json_are_named_as_in_the_token():
    """Names and times are the token's, and what is not there is left out."""
    assert USERS.to_dict() == without(USER, "type")


@pytest.mark.parametrize(
    "claim",
    ["iss", "aud", "sub", "account_id", "installation_id", "user_id", "user_role", "exp"],
)
@pytest.mark.parametrize("value", [None, "", [], "gone"])
def test_claims_that_are_not_whole_are_refused(claim, value):
    """A session without a claim, or with another type of one, signs nobody in."""
    kept = without(USER, claim) if value == "gone" else USER | {claim: value}
    with pytest.raises(MalformedTokenError, match=f"the claim {claim} is missing or invalid"):
        UserClaims.from_dict(kept)


@pytest.mark.parametrize("session", [None, [], "{}", 7], ids=repr)
def test_what_is_no_object_holds_no_claims(session):
    """A session that holds anything else is refused with the same class of error."""
    with pytest.raises(MalformedTokenError, match="not a JSON object"):
        UserClaims.from_dict(session)


def test_the_systems_claims_are_no_users():
    """What Vercel's own token says cannot be read back as a user."""
    with pytest.raises(MalformedTokenError):
        UserClaims.from_dict(SYSTEM)
