"""Tokens that an attacker would try, each with the error that says what gave it away."""

import hashlib
import hmac
import json
import pickle
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.tokens.signing import SYSTEM, USER, as_json, base64url
from vercel_marketplace import Ok
from vercel_marketplace.tokens import (
    JWKS_URL,
    KeysUnavailableError,
    MalformedTokenError,
    TokenError,
    TokenSignatureError,
    UnknownKeyError,
    UnsupportedTokenError,
    errors,
)
from vercel_marketplace.tokens._jws import signed_claims

HEADER = {"alg": "RS256", "typ": "JWT", "kid": "key_1"}
LONGEST = 16_384


def unsigned(header, claims=USER, signature=""):
    return f"{base64url(as_json(header))}.{base64url(as_json(claims))}.{signature}"


def members(value, *more):
    """A JSON object with members that are there already."""
    return json.dumps(value).removesuffix("}").encode() + b"".join(b", " + m for m in more) + b"}"


def refusal_of(vercel, token):
    """Why a token is refused."""
    return vercel.user(token).error


# Algorithms -----------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [False, True], ids=["unsigned", "signed"])
@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
def test_no_algorithm_is_none(vercel, alg, signed):
    """A token that says it is not signed must be refused, also when it is."""
    header = {**HEADER, "alg": alg}
    token = vercel.key.sign(USER, header) if signed else unsigned(header)
    assert type(refusal_of(vercel, token)) is UnsupportedTokenError


@pytest.mark.parametrize(
    "secret",
    [
        lambda key: key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        lambda key: key.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        lambda key: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        lambda key: key.public_bytes(Encoding.DER, PublicFormat.PKCS1),
        lambda key: key.public_numbers().n.to_bytes(256),
    ],
    ids=["PEM", "PEM of PKCS1", "DER", "DER of PKCS1", "modulus"],
)
def test_the_public_key_is_no_secret(vercel, secret):
    """A token signed with HS256 and what is published must be refused."""
    text = unsigned({**HEADER, "alg": "HS256"}).removesuffix(".")
    mac = hmac.new(secret(vercel.key.private.public_key()), text.encode(), hashlib.sha256)
    token = f"{text}.{base64url(mac.digest())}"
    assert type(refusal_of(vercel, token)) is UnsupportedTokenError


def test_the_published_entry_is_no_secret(vercel):
    """A token signed with HS256 and the entry of the key set as it stands must be refused."""
    text = unsigned({**HEADER, "alg": "HS256"}).removesuffix(".")
    mac = hmac.new(as_json(vercel.key.jwk()), text.encode(), hashlib.sha256)
    token = f"{text}.{base64url(mac.digest())}"
    assert type(refusal_of(vercel, token)) is UnsupportedTokenError


@pytest.mark.parametrize(
    "alg", ["RS384", "RS512", "PS256", "ES256", "rs256", "RS256 ", ["RS256"], None, 5]
)
def test_another_algorithm_is_refused(vercel, alg):
    """Only RS256 is one that Vercel uses, whatever the signature is worth."""
    token = vercel.key.sign(USER, {**HEADER, "alg": alg})
    assert type(refusal_of(vercel, token)) is UnsupportedTokenError


def test_a_signature_is_checked_in_one_way(vercel):
    """Behind the look at the header, one by another algorithm must be none, made with the key."""
    text = unsigned({**HEADER, "alg": "RS384"}).removesuffix(".")
    signature = vercel.key.private.sign(text.encode(), PKCS1v15(), SHA384())
    token = f"{text}.{base64url(signature)}"
    with pytest.raises(TokenSignatureError):
        signed_claims(token, vercel.key.private.public_key())


def test_an_algorithm_that_is_left_out_is_refused(vercel):
    """A header has to say how the token is signed."""
    token = vercel.key.sign(USER, {"kid": "key_1"})
    assert type(refusal_of(vercel, token)) is UnsupportedTokenError


@pytest.mark.parametrize(
    "more", [{"crit": ["exp"]}, {"crit": []}, {"crit": ["b64"], "b64": True}, {"b64": False}]
)
def test_extensions_are_refused(vercel, more):
    """What a token wants to be understood, and is not, must not be passed over."""
    token = vercel.key.sign(USER, **more)
    assert type(refusal_of(vercel, token)) is UnsupportedTokenError


# Keys -----------------------------------------------------------------------------------


def test_another_key_of_the_same_id_is_refused(vercel):
    """The name of Vercel's key must not do for the key."""
    token = vercel.stranger.sign(USER)
    assert type(refusal_of(vercel, token)) is TokenSignatureError


WAYS_TO_A_KEY = {
    "jku": lambda key: "https://evil.example/jwks",
    "x5u": lambda key: "https://evil.example/chain",
    "jwk": lambda key: key.jwk(),
    "x5c": lambda key: ["MIIB"],
}


@pytest.mark.parametrize("name", WAYS_TO_A_KEY)
@pytest.mark.parametrize(
    ("key_id", "error"), [("key_1", TokenSignatureError), ("key_2", UnknownKeyError)]
)
def test_a_key_that_the_token_brings_is_not_used(vercel, name, key_id, error):
    """Where a key is to be had must not be the word of whoever made the token."""
    more = {name: WAYS_TO_A_KEY[name](vercel.stranger), "kid": key_id}
    token = vercel.stranger.sign(USER, **more)
    assert type(refusal_of(vercel, token)) is error
    assert {request.url for request in vercel.transport.sent} == {JWKS_URL}


@pytest.mark.parametrize("name", WAYS_TO_A_KEY)
def test_a_key_in_the_header_changes_nothing(vercel, name):
    """What a header says beside algorithm and key id must not be looked at at all."""
    more = {name: WAYS_TO_A_KEY[name](vercel.stranger)}
    assert vercel.user(vercel.key.sign(USER, **more)).ok


@pytest.mark.parametrize("key_id", [None, "", 5, ["key_1"], {"key_1": 1}, "k" * 257], ids=type)
def test_a_key_has_to_be_named(vercel, key_id):
    """A token that does not name its key must be refused before anything is fetched."""
    token = vercel.key.sign(USER, kid=key_id)
    assert type(refusal_of(vercel, token)) is MalformedTokenError
    assert vercel.transport.sent == []


def test_a_signature_that_is_taken_off_is_missed(vercel):
    """A token without its signature must be refused although the header is in order."""
    token = vercel.key.sign(USER).rpartition(".")[0] + "."
    assert type(refusal_of(vercel, token)) is TokenSignatureError


@pytest.mark.parametrize("name", ["installation_id", "user_role", "exp"])
def test_a_claim_that_is_changed_is_noticed(vercel, name):
    """A signature must not do for other claims than those that it was made for."""
    header, _, signature = vercel.key.sign(USER).split(".")
    payload = base64url(as_json({**USER, name: 1_900_000_000}))
    token = f"{header}.{payload}.{signature}"
    assert type(refusal_of(vercel, token)) is TokenSignatureError


# Form -----------------------------------------------------------------------------------


def test_no_beginning_of_a_token_is_one(vercel):
    """A token that is cut off anywhere must be refused."""
    token = vercel.key.sign(USER)
    verifier = vercel.verifier()
    for length in range(len(token)):
        with pytest.raises(TokenError):
            verifier.verify_user(token[:length], installation_id="icfg_1")


@pytest.mark.parametrize(
    "more", [b'"alg": "RS256"', b'"kid": "key_1"', b'"typ": "JWT"'], ids=["alg", "kid", "typ"]
)
def test_a_header_says_everything_once(vercel, more):
    """A second member of a name in the header must be refused, even if it says the same."""
    token = vercel.key.sign(USER, members(HEADER, more))
    assert type(refusal_of(vercel, token)) is MalformedTokenError


@pytest.mark.parametrize("more", [b'"user_role": "ADMIN"', b'"exp": 1900000000'])
def test_a_claim_is_made_once(vercel, more):
    """A second claim of a name must be refused, even if it says the same."""
    token = vercel.key.sign(members(USER, more))
    assert type(refusal_of(vercel, token)) is MalformedTokenError


def test_a_claim_is_made_once_at_any_depth(vercel):
    """Also within a claim that is kept aside, no name may be there twice."""
    token = vercel.key.sign(members(USER, b'"plan": {"tier": 1, "tier": 2}'))
    assert type(refusal_of(vercel, token)) is MalformedTokenError


NO_OBJECTS = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "text": b'"x"',
    "not JSON": b"{",
    "not UTF-8": b'{"x": "\xff"}',
    "UTF-16": '{"x": 1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"x": 1}',
    "not a number": members(USER, b'"x": NaN'),
    "infinity": members(USER, b'"x": -Infinity'),
    "more digits than Python reads": members(USER, b'"x": ' + b"9" * 5000),
    "depth": (members(USER, b'"x": ')[:-1] + b"[" * 12_000)[:11_500],
}


@pytest.mark.parametrize("content", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_claims_have_to_be_an_object(vercel, content):
    """What is signed must be a JSON object, or the token is refused."""
    token = vercel.key.sign(content)
    assert type(refusal_of(vercel, token)) is MalformedTokenError


@pytest.mark.parametrize("content", NO_OBJECTS.values(), ids=NO_OBJECTS)
def test_a_header_has_to_be_an_object(vercel, content):
    """A header that is no JSON object must be refused before anything is fetched."""
    text = f"{base64url(content)}.{base64url(as_json(USER))}"
    token = f"{text}.{vercel.key.signature(text)}"
    assert type(refusal_of(vercel, token)) is MalformedTokenError
    assert vercel.transport.sent == []


def test_a_token_may_have_16_384_characters(vercel):
    """The longest token that servers let through must be read."""
    shorter = vercel.key.sign({**USER, "x": ""})
    size = (LONGEST - len(shorter)) * 3 // 4
    lengths = {}
    for more in range(size - 3, size + 4):
        token = vercel.key.sign({**USER, "x": "x" * more})
        lengths[len(token)] = vercel.user(token).ok
    assert lengths[max(length for length in lengths if length <= LONGEST)] is True
    assert {ok for length, ok in lengths.items() if length > LONGEST} == {False}


@pytest.mark.parametrize("length", [LONGEST + 1, 1_000_000])
@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_long_token_is_refused_unread(vercel, length, part):
    """A token that is too long must be refused for that, before it is looked into."""
    parts = vercel.key.sign(USER).split(".")
    parts[part] += "A" * (length - len(".".join(parts)))
    error = refusal_of(vercel, ".".join(parts))
    assert type(error) is MalformedTokenError
    assert str(error) == "the token has more than 16384 characters"


ODD_SPELLINGS = {
    "padded": lambda part: part + "=" * (-len(part) % 4 or 4),
    "one sign of padding": lambda part: f"{part}=",
    "a space before": lambda part: f" {part}",
    "a space within": lambda part: f"{part[:4]} {part[4:]}",
    "a line break after": lambda part: f"{part}\n",
    "the other alphabet": lambda part: f"{part[:4]}+/{part[6:]}",
    "a letter too many": lambda part: part + "A" * ((1 - len(part)) % 4 or 4),
    "a letter of another script": lambda part: f"{part}\u00e4",
    "a digit of another script": lambda part: f"{part}\u0661",
    "half of a character": lambda part: f"{part}\ud800",
    "percent signs": lambda part: f"{part}%3D",
    "a null byte": lambda part: f"{part}\x00",
}


@pytest.mark.parametrize("part", [0, 1, 2])
@pytest.mark.parametrize("odd", ODD_SPELLINGS.values(), ids=ODD_SPELLINGS)
def test_base64_is_spelled_in_one_way(vercel, odd, part):
    """Each part must be Base64url without padding, and nothing beside it."""
    parts = vercel.key.sign(USER).split(".")
    parts[part] = odd(parts[part])
    assert type(refusal_of(vercel, ".".join(parts))) is MalformedTokenError


def test_bits_that_nobody_reads_are_not_free(vercel):
    """A signature spelled with other bits at its end, which decode to nothing, must be refused."""
    token = vercel.key.sign(USER)  # 256 bytes leave four bits of the last letter unused
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    neighbour = alphabet[alphabet.index(token[-1]) + 1]
    assert type(refusal_of(vercel, token[:-1] + neighbour)) is MalformedTokenError


@pytest.mark.parametrize(
    "token",
    [
        None,
        5,
        b"a.b.c",
        "",
        "x",
        "a.b",
        "..",
        ".b.c",
        "a..c",
        "a.b.c.d",
        "a.b.c.d.e",
        '{"payload": "", "signatures": []}',
    ],
    ids=repr,
)
def test_what_is_no_token_is_refused(vercel, token):
    """Anything but three parts must be refused before anything is fetched."""
    result = vercel.verifier()
    with pytest.raises(MalformedTokenError):
        result.verify_user(token, installation_id="icfg_1")
    assert vercel.transport.sent == []


@pytest.mark.parametrize("more", [".AAAA", ".AAAA.AAAA"])
def test_more_than_three_parts_are_refused(vercel, more):
    """What follows a token that is in order must not be passed over."""
    assert type(refusal_of(vercel, vercel.key.sign(USER) + more)) is MalformedTokenError


def test_a_token_with_bearer_before_it_is_refused(vercel):
    """Where a token is expected, the header that it came in must not do."""
    token = f"Bearer {vercel.key.sign(USER)}"
    assert type(refusal_of(vercel, token)) is MalformedTokenError


# What is told ---------------------------------------------------------------------------


def refused_tokens(vercel):
    """A token for each check, which holds what must not be shown."""
    secret = {"user_email": "s3cr3t@example.com", "x": "s3cr3t"}
    yield unsigned({**HEADER, "alg": "none"}, USER | secret, "s3cr3tAA")
    yield vercel.stranger.sign(USER | secret)
    yield vercel.key.sign(USER | secret, kid="s3cr3t")
    yield vercel.key.sign(members(USER, b'"x": "s3cr3t", "x": 1'))
    yield vercel.key.sign(b's3cr3t {"x": 1}')
    yield vercel.key.sign(USER, b's3cr3t {"x": 1}')
    yield vercel.key.sign(b"\xffs3cr3t")
    yield "s3cr3t"
    yield "s3cr3t.s3cr3t.s3cr3t"
    for name in USER:
        yield vercel.key.sign(USER | secret | {name: ["s3cr3t"]})
    yield vercel.key.sign(USER | secret | {"exp": 1})
    yield vercel.key.sign(SYSTEM | {"installation_id": "s3cr3t"})


def test_no_error_shows_a_token(vercel):
    """Neither an error nor its whole traceback may show the token or what it says."""
    verifier, seen = vercel.verifier(), set()
    for token in refused_tokens(vercel):
        with pytest.raises(TokenError) as caught:
            verifier.verify_user(token, installation_id="icfg_1")
        error = caught.value
        chain = "".join(traceback.format_exception(error))
        told = f"{chain}{error!r}{vars(error)}"
        assert "s3cr3t" not in told
        assert token not in told
        assert (error.__cause__, error.__context__) == (None, None)
        seen.add(error.check)
    assert seen == {
        "algorithm", "audience", "expiry", "form", "issuer", "key", "kind", "signature",
        "installation",
    }  # fmt: skip


def test_a_refusal_does_not_keep_the_token_alive(vercel):
    """An error that is handed on as a value must not hold the frames in which the token was."""
    assert refusal_of(vercel, vercel.stranger.sign(USER)).__traceback__ is None


@pytest.mark.parametrize("method", ["verify_user", "verify_system", "verify_call"])
def test_no_frame_of_a_refusal_holds_the_token(vercel, way, method):
    """An error reporter sends the locals of each frame, and a token may be valid elsewhere."""
    token = vercel.key.sign(USER)
    arguments = (f"Bearer {token}", None) if method == "verify_call" else (token,)
    verify = getattr(vercel.verifier(way), method)

    async def story():
        claims = verify(*arguments, installation_id="icfg_2")
        return claims if way.blocking else await claims

    with pytest.raises(TokenError) as caught:
        way.run(story)
    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__)]
    ours = [frame for frame in frames if "vercel_marketplace/" in frame.f_code.co_filename]
    assert ours
    assert [frame for frame in ours if token in repr(frame.f_locals)] == []


def frames_kept_by(error):
    """Every frame that an exception, or one behind it, leads to."""
    found = [error]
    for one in found:
        links = (one.__cause__, one.__context__, *getattr(one, "exceptions", ()))
        found += [other for other in links if other and not any(other is x for x in found)]
        trace = one.__traceback__
        while trace:
            frame = trace.tb_frame
            while frame:
                yield frame
                frame = frame.f_back
            trace = trace.tb_next


def fail(error):
    raise error


def break_down(_request):
    """A transport whose failure has a cause, a context, a group and a circle behind it."""
    try:
        try:
            fail(OSError("down"))
        finally:
            fail(TimeoutError("late"))
    except TimeoutError as late:
        try:
            fail(KeyError("lost"))
        except KeyError as lost:
            late.__context__.__cause__ = ExceptionGroup("both", [lost])
        raise ConnectionError("no keys") from late


@pytest.fixture
def broken(vercel):
    """A verifier that gets no keys."""
    vercel.transport._answers[:] = [break_down]
    return vercel.verifier()


def test_a_failure_that_is_kept_does_not_keep_the_token_alive(vercel, broken):
    """What is remembered of a fetch that failed must lead to no frame that has the token."""
    token = vercel.stranger.sign(USER)
    with pytest.raises(KeysUnavailableError) as caught:
        broken.verify_user(token, installation_id="icfg_1")
    kept = caught.value.__cause__
    assert type(kept.__cause__.__context__.__cause__) is ExceptionGroup
    frames = list(frames_kept_by(kept))
    assert frames
    assert [frame for frame in frames if token in frame.f_locals.values()] == []


def test_a_failure_that_is_kept_leaves_the_callers_exception_alone(vercel, broken):
    """What the caller was handling keeps its traceback, and is not kept with the failure."""
    token = vercel.stranger.sign(USER)
    try:
        fail(LookupError("the caller's"))
    except LookupError as theirs:
        with pytest.raises(KeysUnavailableError) as caught:
            broken.verify_user(token, installation_id="icfg_1")
        trace = theirs.__traceback__
    assert trace is not None
    assert caught.value.__cause__.__cause__.__context__.__context__ is None


KINDS = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("kind", KINDS)
def test_errors_pickle(kind):
    """An error must cross to another process with what it says."""
    error = pickle.loads(pickle.dumps(kind("what is wrong")))
    assert (type(error), error.message, str(error)) == (kind, "what is wrong", "what is wrong")


def test_each_error_names_its_check():
    """No two errors may have the same word, or metrics would mix them up."""
    assert len({kind.check for kind in KINDS}) == len(KINDS)


def test_what_is_in_order_is_taken(vercel):
    """The token that all of these are made from must be one that is accepted."""
    assert isinstance(vercel.user(), Ok)
