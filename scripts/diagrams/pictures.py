"""The pictures of the pages, by name."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from scripts.diagrams.layers import Layer, draw_layers, draw_way
from scripts.diagrams.questions import Question, draw_questions
from scripts.diagrams.sequence import Phase, Step, draw_sequence
from scripts.diagrams.state_machine import draw_states
from scripts.diagrams.svg import Picture
from vercel_marketplace.emulator.api.invoice_lifecycle import TRANSITIONS

_ROOT: Final = Path(__file__).parents[2]
_CUSTOMER, _VERCEL, _YOU = "Customer", "Vercel", "Your server"

INSTALLATION: Final = (
    Phase("Install"),
    Step(_CUSTOMER, _VERCEL, "installs your product"),
    Step(_VERCEL, _YOU, "the installation's id and access token", "upsert_installation"),
    Phase("Provision"),
    Step(_VERCEL, _YOU, "what does it cost?", "list_billing_plans_for_product", reply="plans"),
    Step(_CUSTOMER, _VERCEL, "creates a database"),
    Step(_VERCEL, _YOU, "name, plan and settings", "provision_resource", reply="id and secrets"),
    Phase("Sign in"),
    Step(_CUSTOMER, _VERCEL, "opens the database on your site"),
    Step(_VERCEL, _YOU, "redirects the browser, with a code"),
    Step(_YOU, _VERCEL, "the code", "exchange_sso_token", reply="an ID token: who it is"),
    Phase("Bill"),
    Step(_YOU, _VERCEL, "usage so far, every hour or day", "submit_billing_data"),
    Step(_YOU, _VERCEL, "once, when the period ends", "submit_invoice", reply="the invoice's id"),
    Step(_VERCEL, _YOU, "the webhook with your external id", "marketplace.invoice.created"),
    Step(_VERCEL, _CUSTOMER, "charges the card"),
    Step(_VERCEL, _YOU, "the payment has succeeded", "marketplace.invoice.paid"),
    Phase("Refund, if need be"),
    Step(_YOU, _VERCEL, "the action refund, with a total", "update_invoice"),
    Step(_VERCEL, _YOU, "the refund is complete", "marketplace.invoice.refunded"),
    Phase("Remove"),
    Step(_CUSTOMER, _VERCEL, "removes your product"),
    Step(_VERCEL, _YOU, "you have 24 hours for the last invoices", "delete_installation"),
    Step(_YOU, _VERCEL, "the final invoice", "submit_invoice"),
    Step(_YOU, _VERCEL, "no more invoices will follow", "finalize_installation"),
)

SEND_AGAIN: Final = (
    Question(
        "May it have taken effect, in this call or in an earlier one?",
        "no",
        "It had no effect. Wait for retry_after or correct the cause. Then send it again.",
        "yes",
    ),
    Question(
        "Does it have the same result if it is sent twice: a read, a usage report, secrets, a "
        "deletion?",
        "yes",
        "Send it again.",
        "no",
    ),
    Question(
        "Is it an invoice with an external_id?",
        "yes",
        "Send it again. A 409 proves nothing: wait for the webhook with that id.",
        "no",
    ),
    Question(
        "Is it a refund, or an invoice without an external_id?",
        "yes",
        "Do not send it again. Use the outbox.",
        "no",
    ),
    Question(
        "Is it an SSO code?",
        "yes",
        "Do not send it again. The user signs in again.",
        "no",
    ),
)

CALL: Final = (
    Layer("vercel.marketplace.get_invoice(…)", "Builds the request, unwraps the result."),
    Layer("marketplace_get_invoice(core, request)", "Names the operation. Returns Ok or Err."),
    Layer(
        "core.call(OPERATION, request)",
        "The only path, async and blocking alike.",
        (
            ("encode", "model to HTTPRequest, pure"),
            ("authorize", "the token, or your function's"),
            ("send", "hooks, attempts, retries"),
            ("decode", "HTTPResponse to Ok or Err, pure"),
        ),
    ),
    Layer("transport", "The only I/O: httpx, aiohttp, a client of yours, or an emulator's."),
    Layer("Vercel", "Or the emulator, which reads the same operations."),
)


def _layers() -> list[list[str]]:
    """Return the layers that the import linter holds the package to."""
    settings = tomllib.loads((_ROOT / "pyproject.toml").read_text())
    (contract,) = (
        contract
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    return [
        [module.removeprefix("vercel_marketplace.") for module in re.split(r" [|:] ", layer)]
        for layer in contract["layers"]
    ]


PICTURES: Final[dict[str, Callable[[], Picture]]] = {
    "installation": lambda: draw_sequence(
        "installation",
        "An installation, from its beginning to its end",
        {_CUSTOMER: 44, _VERCEL: 132, _YOU: 318},
        INSTALLATION,
    ),
    "invoice": lambda: draw_states("invoice", "The states of an invoice", TRANSITIONS),
    "send-again": lambda: draw_questions(
        "send-again",
        "May I send it again?",
        SEND_AGAIN,
        "Look it up in the table of operations.",
    ),
    "call": lambda: draw_way("call", "The way of a call", CALL),
    "layers": lambda: draw_layers("layers", "The layers of the package", _layers()),
}
