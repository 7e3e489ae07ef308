"""What functions and methods say of their operation is what it declares."""

import importlib
import inspect
from typing import get_args

import pytest

from vercel_marketplace import Marketplace, SyncMarketplace, funcs
from vercel_marketplace.errors import error_class_for

NAMES = [name for name in funcs.__all__ if name.startswith("marketplace_")]
METHODS = [name.removeprefix("marketplace_") for name in NAMES]


def module_of(method):
    return importlib.import_module(f"vercel_marketplace.funcs.{method}")


def documented(method):
    """The documented errors of an operation, as classes."""
    return {error_class_for(status) for status in module_of(method).OPERATION.errors}


@pytest.mark.parametrize("method", METHODS)
def test_the_union_of_errors_is_what_the_operation_documents(method):
    """An operation's error type has the class of each documented status, and no other."""
    name = "".join(word.capitalize() for word in method.split("_")) + "Error"
    union = set(get_args(getattr(funcs, name)))
    own = union - set(get_args(funcs.CallError))

    assert set(get_args(funcs.CallError)) <= union
    assert all(issubclass(error, tuple(own)) for error in documented(method))
    assert own <= documented(method)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", [funcs, Marketplace, SyncMarketplace])
def test_a_docstring_tells_each_documented_error_and_its_reason(form, method):
    """Whoever reads the docstring finds each status with its reason."""
    function = getattr(form, f"marketplace_{method}" if form is funcs else method)
    words = " ".join(inspect.getdoc(function).split())

    for status, reason in module_of(method).OPERATION.errors.items():
        assert f"{error_class_for(status).__name__}" in words
        assert f"{status}: {reason}" in words or f"{status}, " in words
        assert reason in words


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", [Marketplace, SyncMarketplace])
def test_a_methods_docstring_speaks_of_the_method(form, method):
    """A method raises and returns values: no table of `Err`, no function's name."""
    text = inspect.getdoc(getattr(form, method))

    assert "Raises:" in text
    assert not any(word in text for word in ("`Ok`", "`Err`", "| --- |", "marketplace_"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("form", [funcs, Marketplace, SyncMarketplace])
def test_what_is_deprecated_is_marked_for_editors(form, method):
    """What Vercel deprecated, and nothing else, has the mark of PEP 702 with the successor."""
    name = "marketplace_{}" if form is funcs else "{}"
    replaced_by = (module_of(method).OPERATION.replaced_by or "").removeprefix("marketplace_")
    mark = getattr(getattr(form, name.format(method)), "__deprecated__", None)

    assert mark == (f"call {name.format(replaced_by)} instead" if replaced_by else None)
