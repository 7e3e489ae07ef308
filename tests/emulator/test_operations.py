"""All operations, in each way to call them."""

from pkgutil import iter_modules
from threading import Thread

import pytest

from tests.emulator.builders import INSTALLATION, invoice, send, submitted
from tests.operations import CASES, DEPRECATED, FUNCTIONS, OPERATIONS
from vercel_marketplace import (
    SyncVercel,
    Vercel,
    VercelCore,
    block_on,
    funcs,
)
from vercel_marketplace.emulator import Emulator
from vercel_marketplace.emulator.api.router import ROUTES


def test_every_function_has_a_route_and_the_reverse():
    """The emulator's table and the SDK's functions hold the very same operations, once each."""
    assert sorted(route.operation.id for route in ROUTES) == sorted(OPERATIONS)
    assert {id(route.operation) for route in ROUTES} == set(map(id, OPERATIONS.values()))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation.id)
def test_a_request_has_one_route(route):
    """No two operations claim the same request, so the order of registration is no matter."""
    path = [segment if segment[:1] != "{" else "x" for segment in route.segments]
    claimed = [one for one in ROUTES if one.match(route.operation.method, path) is not None]
    assert claimed == [route]


def check(emulator, operation_id, result):
    """The result is the documented success, and came over the emulator."""
    assert result.ok, result
    assert result.response.status_code == OPERATIONS[operation_id].success
    assert result.response.request_id
    assert bool(result.response.content) == (OPERATIONS[operation_id].response is not None)


@DEPRECATED
@pytest.mark.anyio
@pytest.mark.parametrize("operation_id", OPERATIONS)
async def test_each_operation_works_async(emulator, operation_id):
    """An async core carries out each of the operations, on asyncio and on trio."""
    core = VercelCore(bearer_token=emulator.token, transport=emulator.transport())

    result = await FUNCTIONS[operation_id](core, CASES[operation_id].prepare(emulator))

    check(emulator, operation_id, result)


@DEPRECATED
@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_each_operation_works_in_a_thread_without_a_loop(emulator, operation_id):
    """A blocking core carries out each of the operations in a plain thread."""
    core = VercelCore.blocking(bearer_token=emulator.token, transport=emulator.transport())
    results = []

    def work():
        results.append(
            block_on(FUNCTIONS[operation_id](core, CASES[operation_id].prepare(emulator)))
        )

    thread = Thread(target=work)
    thread.start()
    thread.join()

    check(emulator, operation_id, results[0])


@pytest.mark.anyio
async def test_one_emulator_serves_every_client(emulator):
    """Async and blocking clients on transports of one emulator see the same Marketplace."""
    body = invoice(external_id="x")
    with SyncVercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        response = vercel.marketplace.submit_invoice(
            integration_configuration_id=INSTALLATION, request_body=body
        )
    async with Vercel(bearer_token=emulator.token, transport=emulator.transport()) as vercel:
        read = await vercel.marketplace.get_invoice(
            integration_configuration_id=INSTALLATION, invoice_id=response.invoice_id
        )

    assert read.external_id == "x"


def test_two_emulators_have_nothing_in_common(emulator, marketplace):
    """What is submitted to one emulator is not in another."""
    submitted(marketplace)

    assert list(emulator.invoices) == ["inv_1"]
    assert Emulator().invoices == {}


def test_the_same_calls_have_the_same_responses():
    """Two emulators respond to the same requests with the same bytes, ids and times included."""
    first, second = Emulator(), Emulator()
    bodies = []
    for emulator in (first, second):
        body = {
            "code": emulator.tokens.issue_sso_code(code="chosen"),
            "client_id": emulator.integration.client_id,
            "client_secret": emulator.integration.client_secret,
        }
        bodies.append(send(emulator, "POST", "/v1/integrations/sso/token", body))

    assert bodies[0] == bodies[1]


def test_every_function_has_an_example():
    """The tests' registry has one example for each of the SDK's functions."""
    assert sorted(case.name for case in CASES.values()) == sorted(
        info.name for info in iter_modules(funcs.__path__)
    )
