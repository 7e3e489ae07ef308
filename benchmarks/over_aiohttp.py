"""The SDK's side with the extra `aiohttp`. It differs from `ours` in the transport alone."""

import ours

from vercel_marketplace import Vercel
from vercel_marketplace.aiohttp import AiohttpTransport


class Side(ours.Side):
    """Calls a server over aiohttp."""

    def open_async(self) -> Vercel:
        """A client of the async kind."""
        return Vercel(
            bearer_token="benchmark-token", server_url=self._url, transport=AiohttpTransport()
        )
