"""The tokens Vercel signs and the keys it publishes."""
