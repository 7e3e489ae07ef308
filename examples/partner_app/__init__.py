"""A whole partner application: Acme Postgres, sold in Vercel's Marketplace."""

from . import billing, refunds
from .app import create_app
from .services import Services
from .settings import Settings

__all__ = ["Services", "Settings", "billing", "create_app", "refunds"]
