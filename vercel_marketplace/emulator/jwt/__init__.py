"""The tokens that Vercel signs, and the keys that it publishes."""
