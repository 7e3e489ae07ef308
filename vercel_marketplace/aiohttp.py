"""Sends over aiohttp, for many calls in flight at less CPU time.

```python
from vercel_marketplace.aiohttp import AiohttpTransport

vercel = Vercel(bearer_token=token, transport=AiohttpTransport())
```

Requires the extra `aiohttp`: `pip install "vercel-marketplace[aiohttp]"`.
"""

try:
    from vercel_marketplace._internal.transports.aiohttp import AiohttpTransport
except ImportError as _missing:
    _msg = 'AiohttpTransport requires aiohttp: pip install "vercel-marketplace[aiohttp]"'
    raise ImportError(_msg, name=_missing.name) from _missing

__all__ = ["AiohttpTransport"]
