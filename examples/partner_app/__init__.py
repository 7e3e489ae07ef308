"""A whole partner application: Acme Postgres, sold in Vercel's Marketplace."""

from . import billing, refunds
from .app import create_app
from .partner import Partner
from .settings import Settings

__all__ = ["Partner", "Settings", "billing", "create_app", "refunds"]
