"""Secrets in texts that come from elsewhere: all are found, and nothing else is hidden."""

import html
import json
import re
import unicodedata
from urllib.parse import quote, quote_plus

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import TOKEN, json_response
from tests.operations import REQUESTS, SECRETS, exchange
from vercel_marketplace._internal.redaction import redact

SECRET = "pä+s \"wö<r>d&'~!/%41\\n😀"


def _lower(match):
    return match[0].lower()


SPELLINGS = {
    "as it is": lambda text: text,
    "JSON": json.dumps,
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON as PHP writes it": lambda text: json.dumps(text).replace("/", r"\/"),
    "JSON as Go writes it": lambda text: json.dumps(text).replace("<", r"\u003c"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "JSON in JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text))),
    "Python": ascii,
    "a path": quote,
    "a query": quote_plus,
    "a query in lower case": lambda text: re.sub("%..", _lower, quote(text, safe="")),
    "encodeURI": lambda text: quote(text, safe="!*'();/?:@&=+$,#~"),
    "every byte": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "HTML": html.escape,
    "HTML in decimal": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "HTML in hexadecimal": lambda text: "".join(f"&#x{ord(char):x};" for char in text),
    "HTML around JSON": lambda text: html.escape(json.dumps(text)),
    "a query around JSON": lambda text: quote_plus(json.dumps(text)),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "composed": lambda text: unicodedata.normalize("NFC", text),
}


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
def test_a_secret_is_found_in_every_spelling(spell):
    """However a text escapes a secret, all of it is replaced, and what is around it stays."""
    text = spell(SECRET)
    quotes = text[0] if text[0] == text[-1] and text[0] in "'\"" else ""
    shown = redact(f"The value {text} is wrong.", [SECRET])
    assert "***" in shown
    assert all(word not in shown for word in ("wö", "w\\u00f6", "%F6", "w%C3", "%41", "~"))
    assert shown.startswith("The value ")
    assert shown.endswith(f"{quotes} is wrong.")


# Marks on their own are left out: several on one letter may come in another order.
LETTERS = st.characters(codec="utf-8", exclude_categories=("Mn", "Mc", "Me"))


@given(
    st.text(LETTERS, min_size=4).filter(lambda text: len(text.strip()) >= 4),
    st.sampled_from(list(SPELLINGS)),
)
def test_any_secret_is_found(secret, spelling):
    """Whatever a secret is made of, its spelling does not stay in the text."""
    text = SPELLINGS[spelling](secret.strip())
    assert text not in redact(f"[{text}]", [secret])


@pytest.mark.parametrize("secret", ["sesame\n", " sesame", "\tsesame\r\n"])
def test_a_secret_is_found_without_the_space_around_it(secret):
    """A server that trims what it was sent echoes the whole secret."""
    assert redact("no 'sesame' here", [secret]) == "no '***' here"


def test_each_line_of_a_secret_is_a_secret():
    """A key of several lines does not come back line by line, however they are joined."""
    key = "-----BEGIN KEY-----\n  abcdef\n  ghijkl\n}\n-----END KEY-----\n"
    assert redact("got abcdef, then {ghijkl}", [key]) == "got ***, then {***}"
    assert redact(key.replace("\n", "\r\n"), [key]).split() == ["***", "***", "***", "}", "***"]


@pytest.mark.parametrize(
    ("secrets", "text", "shown"),
    [
        (["open", "open-sesame"], "open-sesame", "***"),
        (["open-sesame", "open"], "open-sesame, open", "***, ***"),
        (["open-", "-sesame"], "open-sesame!", "***!"),
        (["open", "sesame"], "opensesame", "***"),
        (["open", "opensesame"], "open%73esame", "***"),
    ],
)
def test_nothing_of_a_longer_secret_stays(secrets, text, shown):
    """Where secrets overlap or touch, all of them are replaced."""
    assert redact(text, secrets) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('the value "no" is wrong', 'the value "***" is wrong'),
        ("pin=no&x=1", "pin=***&x=1"),
        ("value: no", "value: ***"),
        ("no", "***"),
        ("(no), <no>, [no].", "(***), <***>, [***]."),
        ("no such name: nothing is known", "no such name: nothing is known"),
        ("error: no such name", "error: no such name"),
        ("known", "known"),
    ],
)
def test_a_short_secret_is_found_where_it_is_a_value(text, shown):
    """One to three letters are replaced in quotes and the like, and stay in words and sentences."""
    assert redact(text, ["no"]) == shown


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_an_empty_secret_hides_nothing(secret):
    """A secret of nothing but space changes no text."""
    assert redact("a text  with spaces", [secret]) == "a text  with spaces"


def test_the_levels_of_escapes_are_bounded():
    """A text that is escaped over and over again is not unescaped without end."""
    text = "sesame"
    for _ in range(20):
        text = "".join(f"%{ord(char):02X}" for char in text) if len(text) < 99 else quote(text)
    assert redact(text, ["open-sesame"]) == text


def test_a_long_text_is_cut():
    """What nobody reads is not searched either."""
    assert redact("x" * 100_000, [TOKEN]) == "x" * 65_536


@pytest.mark.parametrize("shown", [1, len(TOKEN) - 1])
def test_a_long_text_is_not_cut_inside_a_secret(shown):
    """Where the text is cut, no beginning of a secret stays, nor does one that follows show."""
    before = "x" * (65_536 - shown)
    assert redact(f"{before}{TOKEN} and {TOKEN}", [TOKEN]) == f"{before}***"


def test_a_text_can_be_printed():
    """A lone surrogate, which no file, socket or log can hold, is escaped."""
    message = "cut in half: \ud83d"
    error = exchange(
        "get-invoice", json_response({"error": {"code": "\udc00", "message": message}}, 400)
    )
    shown = f"{error[0].error}"
    assert shown.encode()
    assert (error[0].error.code, error[0].error.message) == (r"\udc00", r"cut in half: \ud83d")


# Overlaps ----------------------------------------------------------------------------


def message_of(echo, *secrets):
    """The message of the error when the API echoes a text of a call with these secrets."""
    body = attrs.evolve(
        SECRETS,
        secrets=[attrs.evolve(SECRETS.secrets[0], name="A", value=value) for value in secrets],
    )
    request = attrs.evolve(REQUESTS["update-resource-secrets-by-id"], request_body=body)
    answer = json_response({"error": {"code": "bad_request", "message": f"not {echo}!"}}, 400)
    return exchange("update-resource-secrets-by-id", answer, request=request)[0].error.message


@pytest.mark.parametrize(
    "secrets",
    [("sesame", "sesame-7f3a"), ("sesame-7f3a", "sesame")],
    ids=["shorter first", "longer first"],
)
def test_no_tail_of_a_secret_stays(secrets):
    """A secret that begins with another one is starred out to its end."""
    assert message_of("sesame-7f3a", *secrets) == "not ***!"


def test_no_tail_of_an_escaped_secret_stays():
    """A secret that is the beginning of its own escaped form is starred out with the rest."""
    assert message_of("100%2525", "100%25") == "not ***!"


def test_a_secret_in_the_escaped_form_of_another_leaves_nothing():
    """Of a longer secret that ends inside the escaped form of a shorter one nothing stays."""
    assert message_of("a%20key", "a key", "a%20ke") == "not ***!"


def test_secrets_that_overlap_leave_nothing():
    """Where one secret ends with the beginning of another, both are starred out."""
    assert message_of("open-sesame-now", "open-sesame", "sesame-now") == "not ***!"


def test_a_secret_inside_another_leaves_nothing():
    """A secret that another one holds in its middle does not end what is starred out."""
    assert message_of("open-sesame-now", "open-sesame-now", "sesame") == "not ***!"


def test_what_is_between_secrets_stays():
    """The text before, between and after secrets is kept."""
    assert message_of("sesame and sesame", "sesame") == "not *** and ***!"
