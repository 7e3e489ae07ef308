"""What importing costs: each part loads what it needs, and nothing else."""

import importlib
import json
import subprocess
import sys
from pkgutil import iter_modules

import pytest

import vercel_marketplace
from vercel_marketplace import funcs, models, partner, tokens

pytestmark = [pytest.mark.subprocess, pytest.mark.usefixtures("unmeasured")]

FUNCTIONS = [name for name in funcs.__all__ if name.startswith("marketplace_")]
SHARED = {
    f"vercel_marketplace.models{name}"
    for name in ("", "._fields", ".charges", ".common", ".custom_claims", ".unset")
}
HEAVY = {"aiohttp", "anyio", "cattrs", "httpx", "ssl"}


def loaded_by(code):
    """The modules that are loaded after some code has run in a process of its own."""
    report = "import json, sys; print(json.dumps(sorted(sys.modules)))"
    # -P, so that what is tested is what the environment has, not what lies around.
    command = [sys.executable, "-P", "-c", f"{code}\n{report}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    return set(json.loads(done.stdout))


def test_the_package_alone_loads_no_library():
    """Importing the package costs next to nothing: every name in it comes on first use."""
    loaded = loaded_by("import vercel_marketplace")
    assert loaded & (HEAVY | {"attr", "attrs"}) == set()
    assert {name for name in loaded if name.startswith("vercel_marketplace.")} == {
        "vercel_marketplace._internal",
        "vercel_marketplace._internal.lazy",
        "vercel_marketplace.version",
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_brings_in_no_other(name):
    """Importing one function loads no other function, and no other topic's models."""
    loaded = loaded_by(f"from vercel_marketplace.funcs import {name}")
    functions = {m for m in loaded if m.startswith("vercel_marketplace.funcs.")}
    topics = {m for m in loaded if m.startswith("vercel_marketplace.models")}
    home = getattr(funcs, name).__module__
    own = importlib.import_module(home).OPERATION.request.__module__
    assert functions == {home}
    assert own in topics
    assert topics <= SHARED | {own}
    assert loaded & HEAVY == set()


@pytest.mark.parametrize(
    "construct",
    [
        "Vercel(bearer_token='t')",
        "SyncVercel(bearer_token='t')",
        "VercelCore('t')",
        "VercelCore.blocking('t')",
    ],
)
def test_making_a_client_loads_no_http_library(construct):
    """A client costs little until it is used: no connection, no certificates, no function."""
    name = construct.partition("(")[0].partition(".")[0]
    loaded = loaded_by(f"from vercel_marketplace import {name}\n{construct}")
    assert loaded & HEAVY == set()
    assert {m for m in loaded if m.startswith("vercel_marketplace.funcs.")} == set()


def test_describing_the_api_loads_no_http_library():
    """The OpenAPI document is made of the models alone."""
    loaded = loaded_by("from vercel_marketplace.openapi import describe\ndescribe()")
    assert loaded & HEAVY == set()


def test_the_tokens_module_loads_no_library():
    """Importing what verifies tokens loads neither its extra nor an HTTP library."""
    loaded = loaded_by("import vercel_marketplace.tokens")
    assert loaded & (HEAVY | {"jwt", "cryptography"}) == set()


def test_no_client_loads_what_verifies_tokens():
    """Who does not verify tokens pays nothing for it."""
    loaded = loaded_by("from vercel_marketplace import Vercel\nVercel(bearer_token='t')")
    assert {m for m in loaded if m.startswith("vercel_marketplace.tokens")} == set()


def test_no_client_loads_what_traces_calls():
    """Who has hooks, but none of telemetry's, pays nothing for OpenTelemetry."""
    loaded = loaded_by(
        "from vercel_marketplace import Hooks, Vercel\nVercel(bearer_token='t', hooks=Hooks())"
    )
    assert loaded & {"opentelemetry", "vercel_marketplace.telemetry"} == set()


def test_telemetry_loads_no_http_library():
    """Making the hooks of telemetry loads OpenTelemetry's API, and nothing that sends."""
    loaded = loaded_by("from vercel_marketplace import telemetry\ntelemetry.hooks()")
    assert loaded & HEAVY == set()


def test_a_models_name_loads_its_topic_only():
    """A class taken from `models` brings in the module that defines it."""
    loaded = loaded_by("from vercel_marketplace.models import GetMemberRequest")
    assert {m for m in loaded if m.startswith("vercel_marketplace.models.")} == {
        "vercel_marketplace.models.account"
    }


def test_models_alone_load_no_library():
    """Importing the package of the models loads no class, and neither attrs nor cattrs."""
    loaded = loaded_by("import vercel_marketplace.models")
    assert loaded & (HEAVY | {"attr", "attrs"}) == set()
    assert {m for m in loaded if m.startswith("vercel_marketplace.models.")} == set()


def test_a_request_is_read_from_a_dict_without_a_library():
    """What reads responses is loaded when a response is read from a dict."""
    loaded = loaded_by(
        "from vercel_marketplace.models import Balance, from_dict\n"
        "from_dict(Balance, {'currencyValueInCents': 1})"
    )
    assert loaded & HEAVY == set()


def test_serving_the_partner_api_loads_no_http_library():
    """Creating the API loads what verifies tokens; a loop and cattrs come with the first call."""
    loaded = loaded_by(
        "from vercel_marketplace.partner import PartnerAPI, Partner, SQLiteIdempotencyStore"
    )
    assert loaded & (HEAVY | {"jwt", "cryptography"}) == set()


@pytest.mark.parametrize("name", vercel_marketplace.__all__)
def test_every_public_name_is_there(name):
    """Each name that the package lists can be had from it."""
    assert getattr(vercel_marketplace, name) is not None
    assert name in dir(vercel_marketplace)


@pytest.mark.parametrize("name", models.__all__)
def test_every_model_is_there(name):
    """Each name that `models` lists can be had from it."""
    assert getattr(models, name) is not None
    assert name in dir(models)


@pytest.mark.parametrize("name", tokens.__all__)
def test_every_name_of_tokens_is_there(name):
    """Each name that `tokens` lists can be had from it."""
    assert getattr(tokens, name) is not None


@pytest.mark.parametrize("name", partner.__all__)
def test_every_name_of_partner_is_there(name):
    """Each name that `partner` lists can be had from it."""
    assert getattr(partner, name) is not None
    assert name in dir(partner)


@pytest.mark.parametrize("name", funcs.__all__)
def test_every_name_of_funcs_is_there(name):
    """Each name that `funcs` lists can be had from it."""
    assert getattr(funcs, name) is not None
    assert name in dir(funcs)


@pytest.mark.parametrize("module", [vercel_marketplace, funcs, models], ids=lambda m: m.__name__)
def test_a_name_that_is_not_there_is_pythons_error(module):
    """A typo fails as it does in any module."""
    with pytest.raises(
        AttributeError, match=f"module '{module.__name__}' has no attribute 'Vercl'"
    ):
        _ = module.Vercl


def test_every_module_of_funcs_has_its_function():
    """Functions are found by name alone: `get_invoice.py` holds `marketplace_get_invoice`."""
    modules = {info.name: f"{funcs.__name__}.{info.name}" for info in iter_modules(funcs.__path__)}
    homes = {name.removeprefix("marketplace_"): getattr(funcs, name) for name in FUNCTIONS}
    assert {name: function.__module__ for name, function in homes.items()} == modules
    assert {function.__name__ for function in homes.values()} == set(FUNCTIONS)


BASE = "from vercel_marketplace import Vercel\n"


@pytest.mark.parametrize(
    ("setting", "needed"),
    [
        ("server_url='http://127.0.0.1:9/base?tag=1', user_agent='mine', timeout=3", ""),
        ("retries=3", ""),
        ("retries=retries", "from vercel_marketplace import RetryConfig\nretries = RetryConfig()"),
        ("hooks=hooks", "from vercel_marketplace import Hooks\nhooks = Hooks()"),
    ],
)
def test_a_setting_loads_nothing_that_the_default_does_not(setting, needed):
    """A client with settings costs what one without costs, and what the user's values cost."""
    loaded = loaded_by(f"{BASE}{needed}\nVercel(bearer_token='t', {setting})")
    assert loaded - loaded_by(f"{BASE}{needed}\nVercel(bearer_token='t')") == set()


def test_making_a_client_loads_nothing_slow_that_it_does_not_use():
    """To import attrs takes longer than all that a client is made of, and copies are rare."""
    loaded = loaded_by(f"{BASE}Vercel(bearer_token='t')")
    # A tool that measures coverage loads modules of its own.
    assert (loaded - loaded_by("")) & {"attr", "attrs", "copy", "inspect"} == set()
