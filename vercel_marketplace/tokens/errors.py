"""Why a token is not accepted.

```
TokenError
├── MalformedTokenError      missing, or not a JWT in the form of Vercel's
├── UnsupportedTokenError    not signed with RS256, or with an extension
├── UnknownKeyError          signed with a key that Vercel does not publish
├── TokenSignatureError      not signed with the key that it names
├── TokenIssuerError         not issued by Vercel's Marketplace
├── TokenAudienceError       for another integration
├── TokenExpiredError        too old
├── TokenNotYetValidError    from the future
├── WrongTokenKindError      another kind of token than the call requires
├── WrongInstallationError   for another installation
└── KeysUnavailableError     there are no keys to verify it with; says nothing about the token
```

Respond with a 401 or 403 to all but the last, and with a 503 to that one: Vercel may then retry.
All of them pickle. None shows the token, or one of its claims, in its text.
"""

from typing import ClassVar

__all__ = [
    "KeysUnavailableError",
    "MalformedTokenError",
    "TokenAudienceError",
    "TokenError",
    "TokenExpiredError",
    "TokenIssuerError",
    "TokenNotYetValidError",
    "TokenSignatureError",
    "UnknownKeyError",
    "UnsupportedTokenError",
    "WrongInstallationError",
    "WrongTokenKindError",
]


class TokenError(Exception):
    """A token that is not to be trusted.

    Attributes:
        check: Which check failed, in one word for logs and metrics.
        message: What is wrong; never the token, nor a claim's value.
    """

    check: ClassVar[str] = "token"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MalformedTokenError(TokenError):
    """The token is missing, or is not a JWT in the form of Vercel's."""

    check: ClassVar[str] = "form"


class UnsupportedTokenError(TokenError):
    """Not signed with RS256, which is all that Vercel uses, or with an extension of JWS."""

    check: ClassVar[str] = "algorithm"


class UnknownKeyError(TokenError):
    """The key that the token names is not in Vercel's key set."""

    check: ClassVar[str] = "key"


class TokenSignatureError(TokenError):
    """The signature is not that of the key that the token names."""

    check: ClassVar[str] = "signature"


class TokenIssuerError(TokenError):
    """The token has another issuer than Vercel's Marketplace."""

    check: ClassVar[str] = "issuer"


class TokenAudienceError(TokenError):
    """The token is for another integration, or for more than this one."""

    check: ClassVar[str] = "audience"


class TokenExpiredError(TokenError):
    """The token has expired, even with the leeway."""

    check: ClassVar[str] = "expiry"


class TokenNotYetValidError(TokenError):
    """The token is from the future, even with the leeway: is this machine's clock right?"""

    check: ClassVar[str] = "start"


class WrongTokenKindError(TokenError):
    """A user's token in place of the system's, or an `id_token` in place of an `access_token`."""

    check: ClassVar[str] = "kind"


class WrongInstallationError(TokenError):
    """The token is for another installation than the call."""

    check: ClassVar[str] = "installation"


class KeysUnavailableError(TokenError):
    """Vercel's keys could not be fetched, so nothing is known about the token.

    `__cause__` has the reason, an error of `vercel_marketplace.errors` as a rule.
    """

    check: ClassVar[str] = "keys"
