"""A partner's jobs for rq."""

from marketplace import TOKEN, URL, read_account

from vercel_marketplace import SyncVercel

vercel = SyncVercel(bearer_token=TOKEN, server_url=URL)


def account() -> str | None:
    """Return the name of the account."""
    return read_account(vercel)
