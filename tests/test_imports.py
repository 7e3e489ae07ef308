"""What importing costs: each part loads what it needs, and nothing else."""

import importlib
import json
import subprocess
import sys
from pkgutil import iter_modules

import pytest

import vercel_marketplace
import vercel_marketplace.funcs
from vercel_marketplace import models, tokens

pytestmark = pytest.mark.subprocess

# The models that each function brings in, beside those that all may share.
TOPICS = {
    "get_account_info": "account",
    "get_member": "account",
    "create_event": "events",
    "submit_billing_data": "billing",
    "submit_invoice": "invoice_submissions",
    "get_invoice": "invoices",
    "update_invoice": "invoice_actions",
    "update_resource_secrets": "secrets",
    "update_resource_secrets_by_id": "secrets",
    "exchange_sso_token": "sso",
    "update_installation": "installations",
    "rotate_installation_credential": "credentials",
    "revoke_installation_credential": "credentials",
    "finalize_installation": "installations",
    "get_integration_resources": "resources",
    "get_integration_resource": "resources",
    "delete_integration_resource": "resources",
    "import_resource": "resources",
    "update_resource": "resources",
    "submit_prepayment_balances": "balances",
    "create_experimentation_items": "experimentation",
    "update_experimentation_item": "experimentation",
    "delete_experimentation_item": "experimentation",
    "get_global_config": "global_config",
    "head_global_config": "global_config",
    "replace_global_config": "global_config",
}
SHARED = {
    f"vercel_marketplace.models{name}" for name in ("", "._fields", ".charges", ".common", ".unset")
}
HEAVY = {"anyio", "cattrs", "httpx", "ssl"}


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


@pytest.mark.parametrize("name", TOPICS)
def test_a_function_brings_in_no_other(name):
    """One function's module loads no other function, and no other topic's models."""
    loaded = loaded_by(f"import vercel_marketplace.funcs.{name}")
    functions = {m for m in loaded if m.startswith("vercel_marketplace.funcs.")}
    topics = {m for m in loaded if m.startswith("vercel_marketplace.models")}
    own = f"vercel_marketplace.models.{TOPICS[name]}"
    assert functions == {f"vercel_marketplace.funcs.{name}"}
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


def test_the_tokens_module_loads_no_library():
    """Importing what verifies tokens loads neither its extra nor an HTTP library."""
    loaded = loaded_by("import vercel_marketplace.tokens")
    assert loaded & (HEAVY | {"jwt", "cryptography"}) == set()


def test_no_client_loads_what_verifies_tokens():
    """Who does not verify tokens pays nothing for it."""
    loaded = loaded_by("from vercel_marketplace import Vercel\nVercel(bearer_token='t')")
    assert {m for m in loaded if m.startswith("vercel_marketplace.tokens")} == set()


def test_a_models_name_loads_its_topic_only():
    """A class taken from `models` brings in the module that defines it."""
    loaded = loaded_by("from vercel_marketplace.models import GetMemberRequest")
    assert {m for m in loaded if m.startswith("vercel_marketplace.models.")} == {
        "vercel_marketplace.models.account"
    }


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


@pytest.mark.parametrize("module", [vercel_marketplace, models], ids=lambda m: m.__name__)
def test_a_name_that_is_not_there_is_pythons_error(module):
    """A typo fails as it does in any module."""
    with pytest.raises(
        AttributeError, match=f"module '{module.__name__}' has no attribute 'Vercl'"
    ):
        _ = module.Vercl


def test_the_table_of_topics_is_complete():
    """Each function is held to its topic."""
    modules = iter_modules(vercel_marketplace.funcs.__path__)
    assert {info.name for info in modules} == TOPICS.keys()


@pytest.mark.parametrize("name", TOPICS)
def test_a_function_is_in_the_module_of_its_name(name):
    """Functions are found by name alone."""
    module = importlib.import_module(f"vercel_marketplace.funcs.{name}")
    function = getattr(module, f"marketplace_{name}")
    assert (function.__module__, function.__name__) == (module.__name__, f"marketplace_{name}")
