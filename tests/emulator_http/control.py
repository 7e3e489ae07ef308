"""A client of the control API of an emulator, and of the API itself past the SDK."""

import anyio
import httpx

from vercel_marketplace.emulator import Emulator

HERE = f"/installations/{Emulator.installation_id}"


class Control:
    """A client of the control API of an emulator."""

    def __init__(self, emulator):
        self._transport = httpx.ASGITransport(emulator.asgi)

    def send(self, method, path, body=None, **settings):
        """Return the response."""

        async def send():
            async with httpx.AsyncClient(transport=self._transport) as client:
                url = f"http://emulator/_emulator{path}"
                return await client.request(method, url, json=body, **settings)

        return anyio.run(send)

    def get(self, path):
        """Return what is at a path."""
        return self.send("GET", path).raise_for_status().json()

    def post(self, path, /, **body):
        """Run a command, and return what it returns."""
        response = self.send("POST", path, body).raise_for_status()
        return response.json() if response.content else None

    def put(self, path, /, **body):
        """Run a command, and return what it returns."""
        response = self.send("PUT", path, body).raise_for_status()
        return response.json() if response.content else None


def send(emulator, path, content, headers=None):
    """Post any bytes to the API over HTTP."""
    transport = httpx.ASGITransport(emulator.asgi)

    async def post():
        async with httpx.AsyncClient(transport=transport) as client:
            await client.post(f"http://emulator{path}", content=content, headers=headers)

    anyio.run(post)
