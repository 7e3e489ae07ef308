"""The SDK on an emulator that this process serves to itself. `in_process` is its twin."""

from contextlib import ExitStack

import in_process

from vercel_marketplace import SyncVercel, Vercel


class Side(in_process.Side):
    """Makes the same calls over loopback HTTP."""

    def __init__(self, url: str) -> None:
        """Serve it, until the process ends."""
        super().__init__(url)
        self._stack = ExitStack()
        self._url = self._stack.enter_context(self._emulator.serve())

    def open_blocking(self) -> SyncVercel:
        """A client of the blocking kind."""
        return SyncVercel(bearer_token=self._emulator.token, server_url=self._url)

    def open_async(self) -> Vercel:
        """A client of the async kind."""
        return Vercel(bearer_token=self._emulator.token, server_url=self._url)
