"""What the tests of tokens share: keys, a signer that signs anything, and a clock."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from attrs import define, frozen
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from vercel_marketplace import HTTPResponse, block_on
from vercel_marketplace.tokens import (
    SyncTokenVerifier,
    TokenVerifier,
    verify_system_token,
    verify_user_token,
)

NOW = 1_800_000_000
LEEWAY = 30


def base64url(content: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def as_json(value: Any) -> bytes:
    """JSON; bytes are taken as they are."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@frozen
class Key:
    """A key pair with an id."""

    id: str
    private: rsa.RSAPrivateKey

    def jwk(self, **changes: Any) -> dict[str, Any]:
        """The public half as a key set has it; `None` leaves a member out."""
        numbers = self.private.public_key().public_numbers()
        members = {
            "kty": "RSA",
            "use": "sig",
            "alg": "RS256",
            "kid": self.id,
            "n": base64url(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8)),
            "e": base64url(numbers.e.to_bytes(3)),
            **changes,
        }
        return {name: value for name, value in members.items() if value is not None}

    def signature(self, text: str) -> str:
        """The RS256 signature of a text."""
        return base64url(self.private.sign(text.encode(), padding.PKCS1v15(), SHA256()))

    def sign(self, claims: Any, header: Any = None, **members: Any) -> str:
        """A token of these claims; a header in place of the usual one, or more members of it."""
        header = header or {"alg": "RS256", "typ": "JWT", "kid": self.id, **members}
        text = f"{base64url(as_json(header))}.{base64url(as_json(claims))}"
        return f"{text}.{self.signature(text)}"


def without(claims: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The claims but for some."""
    return {name: value for name, value in claims.items() if name not in names}


USER = {
    "iss": "https://marketplace.vercel.com",
    "aud": "oac_1",
    "sub": "account:0a1b:user:2c3d",
    "account_id": "team_1",
    "installation_id": "icfg_1",
    "user_id": "user_1",
    "user_role": "ADMIN",
    "iat": NOW - 60,
    "nbf": NOW - 60,
    "exp": NOW + 3600,
}
SYSTEM = {**without(USER, "user_id", "user_role"), "sub": "account:0a1b"}


def key_set(*entries: Any) -> HTTPResponse:
    """A response with a key set."""
    members = [entry.jwk() if isinstance(entry, Key) else entry for entry in entries]
    return HTTPResponse(200, content=json.dumps({"keys": members}).encode())


@define
class Clock:
    """A clock that the test sets."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@define
class Vercel:
    """Vercel, as far as tokens go: a key, where it is published, and the time.

    Attributes:
        key: What Vercel signs with.
        stranger: A key that is not Vercel's, under the same id.
        clock: The time.
        transport: Responds with the key set.
    """

    key: Key
    stranger: Key
    clock: Clock
    transport: Any

    def verifier(self, way: Any = None, **settings: Any) -> Any:
        """A verifier, blocking if no way is given."""
        kind = SyncTokenVerifier if way is None or way.blocking else TokenVerifier
        if not {"http_client", "jwks_url", "transport"} & settings.keys():
            settings["transport"] = self.transport
        return kind("oac_1", **{"clock": self.clock, "leeway": LEEWAY, **settings})

    def user(self, token: Any = None, installation_id: Any = "icfg_1", **claims: Any) -> Any:
        """What becomes of a user's token, or of one with these claims changed."""
        token = self.key.sign({**USER, **claims}) if token is None else token
        function = verify_user_token(self.verifier(), token, installation_id=installation_id)
        return block_on(function)

    def system(self, token: Any = None, installation_id: Any = "icfg_1", **claims: Any) -> Any:
        """What becomes of a token of Vercel's own, or of one with these claims changed."""
        token = self.key.sign({**SYSTEM, **claims}) if token is None else token
        function = verify_system_token(self.verifier(), token, installation_id=installation_id)
        return block_on(function)


def new_key(key_id: str, bits: int = 2048) -> Key:
    """A key pair."""
    return Key(key_id, rsa.generate_private_key(65537, bits))
