"""Commands about webhooks: who receives them, and what was sent."""

from typing import Any

from vercel_marketplace.emulator.console.command import command
from vercel_marketplace.emulator.console.console import Console
from vercel_marketplace.emulator.console.views import show_delivery, show_url


@command("POST", "/webhooks/receivers")
def add_receiver(console: Console, *, url: str) -> None:
    """Post every webhook from now on to a URL, once, however often it is added."""
    if url not in console.emulator.webhooks.urls:
        console.emulator.webhooks.send_to(url)


@command("GET", "/webhooks/receivers")
def list_receivers(console: Console) -> list[str]:
    """List the URLs that webhooks are posted to, without keys that they may have."""
    return [show_url(url) for url in console.emulator.webhooks.urls]


@command("DELETE", "/webhooks/receivers")
def remove_receiver(console: Console, *, url: str) -> None:
    """Post no more webhooks to a URL, not even those that it has not accepted."""
    console.emulator.webhooks.stop_sending_to(url)


@command("GET", "/webhooks/deliveries")
def list_deliveries(console: Console) -> list[dict[str, Any]]:
    """List the newest webhooks to every receiver, with their attempts; first send what is due."""
    deliveries, mask = console.emulator.webhooks.deliveries, console.make_mask()
    return [show_delivery(delivery, mask) for delivery in deliveries]


@command("POST", "/webhooks/{event_id}/resend")
def resend_webhook(console: Console, *, event_id: str) -> None:
    """Send a webhook again to those that it was for, whether they accepted it or not."""
    console.emulator.webhooks.resend(event_id)
