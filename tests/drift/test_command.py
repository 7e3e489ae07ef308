"""The command prints what is not meant to differ, and tells by its exit code whether it is much."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
from attrs import evolve

from scripts import check_contract
from scripts.contract.known import Known, read
from tests.drift.small import (
    ACCOUNT,
    EVENTS,
    MEMBER,
    SMALL,
    SOME_OF_OURS,
    answer,
    drop,
    enum,
    put,
    request,
)

ROOT = Path(__file__).parents[2]

ROLE = Known("get-member", "200.role", '"NONE"', "nothing", "It is meant.")


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Runs the command on a changed document, with a list, and gives its exit code."""
    monkeypatch.setattr(check_contract, "operations_of_package", lambda: SOME_OF_OURS)

    def run(*changes, known=()):
        document = copy.deepcopy(SMALL)
        for change in changes:
            change(document)
        monkeypatch.setattr(check_contract.known, "read", lambda _: known)
        path = tmp_path / "document.json"
        path.write_text(json.dumps(document))
        return check_contract.main([str(path)])

    return run


NEW_ROLE = put(enum("ADMIN", "USER", "NONE"), *answer(MEMBER, "properties", "role"))


def test_without_a_difference_the_code_is_0(small, capsys):
    """A document that fits is one line."""
    assert small() == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_difference_is_named_and_the_code_is_1(small, capsys):
    """The report has the operation, the place in both languages and both sides."""
    assert small(NEW_ROLE) == 1
    assert capsys.readouterr().out.splitlines()[:2] == [
        f"get-member: GET {MEMBER}",
        '  200.role (Member.role): "NONE" in the document, nothing in the package',
    ]


def test_a_known_difference_is_not_named(small, capsys):
    """What an entry of the list explains is counted and otherwise passed over."""
    assert small(NEW_ROLE, known=[ROLE]) == 0
    assert "1 known" in capsys.readouterr().out


@pytest.mark.parametrize("side", ["document", "package"])
def test_an_entry_explains_nothing_but_its_very_words(small, side, capsys):
    """When either side of a known difference changes again, that is new, and the entry stale."""
    assert small(NEW_ROLE, known=[evolve(ROLE, **{side: '"OWNER"'})]) == 1
    printed = capsys.readouterr().out
    assert "200.role (Member" in printed
    assert "It is meant." in printed


def test_an_entry_that_explains_nothing_is_named(small, capsys):
    """A difference that is gone takes its entry with it."""
    assert small(known=[ROLE]) == 1
    assert "get-member: 200.role" in capsys.readouterr().out


def test_an_entry_waits_for_its_operation(small, capsys):
    """Where a whole operation is missing, that is reported alone."""
    assert small(drop("paths", MEMBER), known=[ROLE]) == 1
    assert "200.role" not in capsys.readouterr().out


def test_the_order_is_not_the_documents(small, capsys):
    """The report of a document that was only put in another order is the same."""

    def reverse(document):
        document["paths"] = dict(reversed(document["paths"].items()))

    changes = [
        NEW_ROLE,
        put({}, "paths", MEMBER, "get", "responses", "429"),
        drop(*request(EVENTS, "properties", "event", "oneOf"), 0),
        drop("paths", ACCOUNT),
    ]
    small(*changes)
    ordered = capsys.readouterr().out
    small(*changes, reverse)
    assert capsys.readouterr().out == ordered


def test_every_entry_of_the_list_has_its_reason():
    """No difference is set aside without a word."""
    assert [entry for entry in read(check_contract.KNOWN) if len(entry.reason.split()) < 5] == []


# The command line ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"openapi: 3.0.3\n", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not an OpenAPI document"),
        (b'{"openapi": "2.0"}', "not an OpenAPI 3 document"),
    ],
    ids=["missing", "YAML", "bytes", "nested", "a list", "another version"],
)
def test_what_can_not_be_read_is_one_line_and_code_2(content, message, tmp_path, capsys):
    """Bad usage is told from a difference, and says in a line what is wrong."""
    path = tmp_path / "document"
    if content is not None:
        path.write_bytes(content)
    assert check_contract.main([str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert message in printed.err


@pytest.mark.parametrize("arguments", [[], ["one", "two"]])
def test_it_takes_one_document(arguments):
    """As a module it runs from the root of the repository, and says how it is used."""
    command = [sys.executable, "-m", "scripts.check_contract", *arguments]
    done = subprocess.run(
        command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "usage: python -m scripts.check_contract DOCUMENT\n"
