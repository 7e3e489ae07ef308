"""Verifies the tokens that Vercel signs: those of users who sign in, and of its own calls.

```python
from vercel_marketplace.tokens import TokenVerifier

verifier = TokenVerifier("oac_…")  # one for the whole application
```

Requires the extra `tokens`: `pip install "vercel-marketplace[tokens]"`. Importing this module loads
none of it; creating a verifier does.
"""

from vercel_marketplace.tokens.claims import (
    ALGORITHM,
    ANY_INSTALLATION,
    AUTH_HEADER,
    ISSUER,
    JWKS_URL,
    AnyInstallation,
    SystemClaims,
    TokenKind,
    UserClaims,
)
from vercel_marketplace.tokens.errors import (
    KeysUnavailableError,
    MalformedTokenError,
    TokenAudienceError,
    TokenError,
    TokenExpiredError,
    TokenIssuerError,
    TokenNotYetValidError,
    TokenSignatureError,
    UnknownKeyError,
    UnsupportedTokenError,
    WrongInstallationError,
    WrongTokenKindError,
)
from vercel_marketplace.tokens.functions import (
    verify_call,
    verify_system_token,
    verify_user_token,
)
from vercel_marketplace.tokens.verifier import SyncTokenVerifier, TokenVerifier

__all__ = [
    "ALGORITHM",
    "ANY_INSTALLATION",
    "AUTH_HEADER",
    "ISSUER",
    "JWKS_URL",
    "AnyInstallation",
    "KeysUnavailableError",
    "MalformedTokenError",
    "SyncTokenVerifier",
    "SystemClaims",
    "TokenAudienceError",
    "TokenError",
    "TokenExpiredError",
    "TokenIssuerError",
    "TokenKind",
    "TokenNotYetValidError",
    "TokenSignatureError",
    "TokenVerifier",
    "UnknownKeyError",
    "UnsupportedTokenError",
    "UserClaims",
    "WrongInstallationError",
    "WrongTokenKindError",
    "verify_call",
    "verify_system_token",
    "verify_user_token",
]
