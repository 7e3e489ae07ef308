"""Signs tokens and publishes the keys, with the emulator's key pair.

The key pair requires the extra `tokens`, and is loaded on first use.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from vercel_marketplace._internal import base64url
from vercel_marketplace.emulator.api.responses import error_body, json_response
from vercel_marketplace.funcs.exchange_sso_token import OPERATION as EXCHANGE_SSO_TOKEN
from vercel_marketplace.http import HTTPRequest, HTTPResponse
from vercel_marketplace.tokens.claims import ALGORITHM, JWKS_URL

_KEYS_PATH: Final = urlsplit(JWKS_URL).path
_KEYS_PATHS: Final = {_KEYS_PATH, f"{_KEYS_PATH}.json"}
_DISCOVERY_PATH: Final = "/.well-known/openid-configuration"
_SIGN_IN_URL: Final = "https://vercel.com/sso/integrations"


def sign_token(claims: Mapping[str, Any]) -> str:
    """Sign a token with these claims.

    Raises:
        ImportError: The extra `tokens` is not installed.
    """
    from vercel_marketplace.emulator.jwt.key_pair import jwk, sign  # noqa: PLC0415 (an extra)

    header = {"alg": ALGORITHM, "typ": "JWT", "kid": jwk()["kid"]}
    text = f"{segment(header)}.{segment(claims)}"
    return f"{text}.{base64url.encode(sign(text.encode()))}"


def sign_token_if_possible(claims: Mapping[str, Any]) -> str:
    """Sign a token with these claims; without the extra `tokens`, return an unsigned one."""
    try:
        return sign_token(claims)
    except ImportError:
        return unsigned_token(claims)


def unsigned_token(claims: Mapping[str, Any]) -> str:
    """Return a token with these claims, `alg: none` and no signature."""
    return f"{segment({'alg': 'none', 'typ': 'JWT'})}.{segment(claims)}."


def jwks() -> dict[str, Any]:
    """Return the published key set.

    Raises:
        ImportError: The extra `tokens` is not installed.
    """
    from vercel_marketplace.emulator.jwt.key_pair import jwk  # noqa: PLC0415 (an extra)

    return {"keys": [jwk()]}


def well_known_response(request: HTTPRequest, request_id: str, issuer: str) -> HTTPResponse | None:
    """Return the key set, on whichever host, or where it is; `None` for any other request.

    The key set is a 501 that says what is missing, if the extra `tokens` is not installed.

    Args:
        request: The request.
        request_id: The response's `x-vercel-id`.
        issuer: The issuer of the tokens.
    """
    base, separator, rest = request.url.partition("?")[0].partition("://")
    host, _, path = rest.partition("/")
    headers = {"x-vercel-id": request_id}
    if request.method == "GET" and f"/{path}" == _DISCOVERY_PATH:
        return json_response(HTTPStatus.OK, headers, _discovery(f"{base}{separator}{host}", issuer))
    if request.method != "GET" or f"/{path}" not in _KEYS_PATHS:
        return None
    try:
        return json_response(HTTPStatus.OK, headers, jwks())
    except ImportError as error:
        body = error_body("not_implemented", str(error))
        return json_response(HTTPStatus.NOT_IMPLEMENTED, headers, body)


def _discovery(base: str, issuer: str) -> dict[str, Any]:
    """Return what OpenID Connect Discovery 1.0 requires; the keys are where the request was."""
    return {
        "issuer": issuer,
        "authorization_endpoint": _SIGN_IN_URL,
        "token_endpoint": f"{base}{EXCHANGE_SSO_TOKEN.path}",
        "jwks_uri": f"{base}{_KEYS_PATH}",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
    }


def segment(value: Mapping[str, Any]) -> str:
    """Encode a header or claims as a segment of a token."""
    return base64url.encode(json.dumps(value, separators=(",", ":")).encode())
