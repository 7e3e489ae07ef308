"""The deprecated operation warns once, at the line that calls it."""

import inspect
import warnings

import anyio
import pytest

from tests.fakes import FakeTransport
from tests.operations import CASES, REQUESTS
from vercel_marketplace import SyncVercel, Vercel, VercelCore, block_on
from vercel_marketplace._internal import deprecation
from vercel_marketplace.funcs import marketplace_get_invoice, marketplace_update_resource_secrets

REQUEST = REQUESTS["update-resource-secrets"]
FIELDS = {
    "integration_configuration_id": "icfg_1",
    "integration_product_id_or_slug": "prod",
    "resource_id": "res_1",
    "request_body": REQUEST.request_body,
}


def recorder():
    return FakeTransport(CASES["update-resource-secrets"].response)


@pytest.fixture
def warned(monkeypatch):
    """The warnings of a test, in a process that has not warned yet."""
    monkeypatch.setattr(deprecation, "_warned", set())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught


def call_method():
    with SyncVercel(bearer_token="t", transport=recorder()) as vercel:
        return line(), vercel.marketplace.update_resource_secrets(**FIELDS)


def call_async_method():
    async def main():
        vercel = Vercel(bearer_token="t", transport=recorder())
        return line(), await vercel.marketplace.update_resource_secrets(**FIELDS)

    return anyio.run(main)


def call_function():
    core = VercelCore.blocking(bearer_token="t", transport=recorder())
    return line(), block_on(marketplace_update_resource_secrets(core, REQUEST))


def call_async_function():
    async def main():
        core = VercelCore(bearer_token="t", transport=recorder())
        return line(), await marketplace_update_resource_secrets(core, REQUEST)

    return anyio.run(main)


def line():
    """The line that calls this one."""
    return inspect.currentframe().f_back.f_lineno


WAYS = [call_method, call_async_method, call_function, call_async_function]


@pytest.mark.parametrize("call", WAYS)
def test_the_warning_points_at_the_callers_line(call, warned):
    """Each way of calling warns where the user's code stands, and names the replaced_by."""
    number, _ = call()
    (warning,) = warned
    assert warning.category is DeprecationWarning
    assert (warning.filename, warning.lineno) == (__file__, number)
    assert "update-resource-secrets is deprecated" in str(warning.message)
    assert "marketplace_update_resource_secrets_by_id" in str(warning.message)


def test_the_warning_comes_once(warned):
    """A loop over thousands of resources warns a single time in a process."""
    for call in WAYS:
        call()
    assert len(warned) == 1


def test_other_operations_do_not_warn(warned):
    """Only what is deprecated says so."""
    core = VercelCore.blocking(
        bearer_token="t", transport=FakeTransport(CASES["get-invoice"].response)
    )
    block_on(marketplace_get_invoice(core, REQUESTS["get-invoice"])).unwrap()
    assert warned == []
