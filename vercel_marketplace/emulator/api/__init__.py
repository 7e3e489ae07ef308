"""The emulated Marketplace API: an `HTTPRequest` in, an `HTTPResponse` and the next state out."""
