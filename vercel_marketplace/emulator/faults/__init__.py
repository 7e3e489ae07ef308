"""What a test lets go wrong, and what becomes of a response on the way."""
