"""What the application is told by its environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from vercel_marketplace.tokens import JWKS_URL

API_URL = "https://api.vercel.com"


class MissingSettingsError(Exception):
    """The environment lacks what the application cannot do without."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings.

    Attributes:
        client_id: The integration's client id, `oac_…`.
        client_secret: The integration's client secret.
        database: The SQLite file; made if it is not there.
        api_url: Where Vercel's API is.
        jwks_url: Where Vercel publishes the keys that it signs with.
    """

    client_id: str
    client_secret: str = field(repr=False)
    database: Path
    api_url: str = API_URL
    jwks_url: str = JWKS_URL

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings.

        Raises:
            MissingSettingsError: One is missing or empty; the message names all of them.
        """
        needed = ("VERCEL_CLIENT_ID", "VERCEL_CLIENT_SECRET", "PARTNER_DATABASE")
        if missing := [name for name in needed if not environment.get(name)]:
            msg = f"not set: {', '.join(missing)}"
            raise MissingSettingsError(msg)
        return cls(
            client_id=environment["VERCEL_CLIENT_ID"],
            client_secret=environment["VERCEL_CLIENT_SECRET"],
            database=Path(environment["PARTNER_DATABASE"]),
            api_url=environment.get("VERCEL_API_URL") or API_URL,
            jwks_url=environment.get("VERCEL_JWKS_URL") or JWKS_URL,
        )
