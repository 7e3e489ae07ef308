"""Ways in: in process, ASGI, HTTP."""
