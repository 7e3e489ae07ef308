"""The redirect of a user who signs in is read strictly, and leads nowhere else."""

import pickle
import traceback
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams
from werkzeug.datastructures import MultiDict

from vercel_marketplace.emulator import Emulator
from vercel_marketplace.partner import SSORedirect, SSORedirectError

LEAST = {"mode": "sso", "code": "code-of-tests", "state": "state-of-tests"}
EVERYTHING = {
    "product_id": "acme-postgres",
    "resource_id": "db_1",
    "project_id": "prj_1",
    "check_id": "chk_1",
    "experimentation_item_id": "flag_1",
    "invoice_id": "inv 1+2",
    "pr": "https://github.com/acme/app/pull/1",
    "path": "billing",
    "url": "https://app.acme.example/invoices?id=1&tab=ü",
    "support": True,
}
SECRETS = ("code-of-tests", "state-of-tests")


class Repeating(dict):
    """A mapping in the manner of multidict, which iterates over a repeated key twice."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.pairs = pairs

    def __iter__(self):
        return iter(name for name, _ in self.pairs)


FORMS = {
    "query": urlencode,
    "with ?": lambda pairs: f"?{urlencode(pairs)}",
    "starlette": QueryParams,
    "werkzeug": MultiDict,
    "multidict": Repeating,
}


@pytest.fixture(params=FORMS)
def form(request):
    """Each form in which frameworks hand over a query."""
    return FORMS[request.param]


def redirect(**parameters):
    """A redirect with these parameters besides those that are always there."""
    return SSORedirect.parse(urlencode(LEAST | parameters))


def refusal(query):
    """The error of a query."""
    with pytest.raises(SSORedirectError) as caught:
        SSORedirect.parse(query)
    return caught.value


# What is read ---------------------------------------------------------------------------


def test_every_parameter_is_read(form):
    """Each documented parameter has a field of its own, in whatever form the query comes."""
    parsed = SSORedirect.parse(form([*(LEAST | EVERYTHING | {"support": "true"}).items()]))

    assert parsed == SSORedirect(code="code-of-tests", state="state-of-tests", **EVERYTHING)


def test_what_the_emulator_sends_is_read():
    """The URL of "Open in provider" gives back what it was built of."""
    url = Emulator().tokens.sso_url("https://acme.example/sso?tenant=1", state="s", **EVERYTHING)

    parsed = SSORedirect.parse(urlsplit(url).query)

    expected = SSORedirect(code=parsed.code, state="s", others={"tenant": "1"}, **EVERYTHING)
    assert parsed == expected


def test_only_code_and_state_are_always_there():
    """A redirect without the optional parameters has none of them."""
    assert SSORedirect.parse(LEAST) == SSORedirect(code="code-of-tests", state="state-of-tests")


@pytest.mark.parametrize("path", ["billing", "secrets", "observability", "../admin", "ü"])
def test_a_path_is_kept_whatever_it_is(path):
    """A path that is not documented yet arrives as it is."""
    assert redirect(path=path).path == path


def test_unknown_parameters_are_kept_apart():
    """What has no field is in `others`, a `nonce` too."""
    assert redirect(nonce="n", Code="x").others == {"nonce": "n", "Code": "x"}


@pytest.mark.parametrize(
    ("given", "expected"), [("true", True), ("false", False), ("", False), ("1", False)]
)
def test_support_is_true_or_not(given, expected):
    """Only `true` means that the user followed a link to the support."""
    assert redirect(support=given).support is expected


def test_an_empty_parameter_is_none():
    """An optional parameter without a value is as good as absent."""
    assert redirect(url="", path="", resource_id="") == redirect()


# What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "parameter", "problem"),
    [
        ({"mode": None}, "mode", "mode must be sso"),
        ({"mode": "SSO"}, "mode", "mode must be sso"),
        ({"mode": "setup"}, "mode", "mode must be sso"),
        ({"code": None}, "code", "code is missing"),
        ({"code": ""}, "code", "code is missing"),
        ({"state": None}, "state", "state is missing"),
        ({"state": ""}, "state", "state is missing"),
    ],
    ids=repr,
)
def test_what_is_always_sent_is_required(changes, parameter, problem):
    """A redirect that Vercel does not send is refused, and the parameter is named."""
    given = {name: value for name, value in (LEAST | changes).items() if value is not None}

    error = refusal(urlencode(given))

    assert (error.parameter, error.message) == (parameter, str(error))
    assert error.message.startswith(problem)


@pytest.mark.parametrize(
    ("name", "parameter", "problem"),
    [
        ("code", "code", "code is given twice"),
        ("url", "url", "url is given twice"),
        ("<b>", "", "a parameter is given twice"),
    ],
)
def test_a_repeated_parameter_is_refused(form, name, parameter, problem):
    """Two values of one parameter are refused, also where a framework shows only one of them."""
    error = refusal(form([*LEAST.items(), (name, "a"), (name, "b")]))

    assert (error.parameter, error.message) == (parameter, problem)


@pytest.mark.parametrize(
    "query", [f"{urlencode(LEAST)}&path=%ff", "&".join(["a=1"] * 101), "%ff=1"], ids=repr
)
def test_what_is_not_a_query_is_refused(query):
    """Bytes that are not UTF-8 and hundreds of parameters are refused as a whole."""
    error = refusal(query)

    assert (error.parameter, error.message[:9]) == ("", "the query")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        (b"mode=sso", "query must be a str or a mapping, got bytes"),
        (None, "query must be a str or a mapping, got NoneType"),
        (parse_qs(urlencode(LEAST)), "query must map strings to strings, got list"),
        ({b"mode": "sso"}, "query must map strings to strings, got bytes"),
    ],
    ids=repr,
)
def test_another_type_is_a_mistake_in_the_code(query, problem):
    """What is no query at all is a `TypeError` that says what to pass."""
    with pytest.raises(TypeError, match=problem):
        SSORedirect.parse(query)


def test_flasks_query_is_read():
    """Flask's `request.args` is one of the forms."""
    with Flask(__name__).test_request_context(f"/?{urlencode(LEAST)}"):
        assert SSORedirect.parse(request.args) == redirect()
    with Flask(__name__).test_request_context(f"/?{urlencode(LEAST)}&code=other"):
        assert refusal(request.args).parameter == "code"


def test_an_error_pickles():
    """An error that crosses a process keeps what it says."""
    error = refusal("mode=sso")

    again = pickle.loads(pickle.dumps(error))

    assert (again.message, again.parameter) == (error.message, error.parameter)


# What is not shown ----------------------------------------------------------------------


def test_code_and_state_are_hidden():
    """Neither is in a `repr`, nor is what came besides."""
    shown = repr(redirect(token="t0ken"))
    assert [secret for secret in (*SECRETS, "t0ken") if secret in shown] == []


@pytest.mark.parametrize(
    "query",
    [
        urlencode(LEAST | {"mode": "x"}),
        f"{urlencode(LEAST)}&code=x",
        f"{urlencode(LEAST)}&x=%ff",
        QueryParams(f"{urlencode(LEAST)}&code=x"),
    ],
    ids=repr,
)
def test_no_frame_of_an_error_holds_the_code(query):
    """What reports errors with their local variables reports no code."""
    error = refusal(query)
    frames = [*traceback.walk_tb(error.__traceback__)]
    shown = [repr(frame.f_locals) for frame, _ in frames if frame.f_code.co_filename != __file__]
    assert shown
    texts = "".join([*shown, repr(error.__context__), *traceback.format_exception(error)])
    assert [secret for secret in SECRETS if secret in texts] == []


# Where a URL leads ----------------------------------------------------------------------

HOSTS = ["app.acme.example", "Docs.Acme.Example:8443", "localhost:3000", "127.0.0.1", "[::1]:3000"]


@pytest.mark.parametrize(
    "url",
    [
        "https://app.acme.example",
        "https://app.acme.example/",
        "https://app.acme.example:443/",
        "https://app.acme.example?a=1",
        "https://app.acme.example#a",
        "https://app.acme.example/a/../b//c;d?next=https://evil.example/@x&y=%5C#z",
        "HTTPS://APP.Acme.example/A",
        "https://docs.acme.example:8443/",
        "http://localhost:3000/",
        "https://localhost:3000/",
        "http://127.0.0.1/",
        "http://127.0.0.1:80/",
        "https://127.0.0.1/",
        "http://[::1]:3000/",
    ],
)
def test_a_url_of_the_partner_is_returned_as_it_came(url):
    """Each way to write a URL of an allowed host is accepted, and nothing in it changes."""
    assert redirect(url=url).target(allowed_hosts=HOSTS) == url


ATTACKS = {
    "another host": "https://evil.example/",
    "no scheme": "//evil.example/",
    "no scheme, own host": "//app.acme.example/",
    "relative": "/invoices",
    "relative that is not": "/\\evil.example",
    "a path alone": "invoices",
    "a query alone": "?a=1",
    "http": "http://app.acme.example/",
    "javascript": "javascript:alert(1)//app.acme.example",
    "javascript that looks like a URL": "javascript://app.acme.example/%0aalert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "another scheme": "ftp://app.acme.example/",
    "a scheme of the app": "acme://app.acme.example/",
    "sso": "sso:https://app.acme.example/",
    "one slash": "https:/evil.example/",
    "no slash": "https:evil.example",
    "three slashes": "https:///evil.example/",
    "a user": "https://app.acme.example@evil.example/",
    "a user and a password": "https://app.acme.example:443@evil.example/",
    "a user on the own host": "https://user@app.acme.example/",
    "an escaped @": "https://app.acme.example%40evil.example/",
    "an escaped slash in the host": "https://app.acme.example%2fevil.example/",
    "an escaped letter in the host": "https://%61pp.acme.example/",
    "a backslash for the path": "https://app.acme.example\\.evil.example/",
    "a backslash before @": "https://evil.example\\@app.acme.example/",
    "backslashes": "https:\\\\evil.example/",
    "a backslash in the path": "https://app.acme.example/\\evil.example",
    "a longer name": "https://app.acme.example.evil.example/",
    "a name that ends alike": "https://evilapp.acme.example/",
    "a subdomain": "https://x.app.acme.example/",
    "the parent": "https://acme.example/",
    "a trailing dot": "https://app.acme.example./",
    "another port": "https://app.acme.example:8443/",
    "the port of http": "https://app.acme.example:80/",
    "the own port left out": "https://docs.acme.example/",
    "no port": "https://app.acme.example:/",
    "a port that is text": "https://app.acme.example:443x/",
    "a port in other digits": "https://app.acme.example:४४३/",
    "a port that is too large": "https://app.acme.example:65979/",  # 443 modulo 65536
    "loopback on another port": "http://localhost:3001/",
    "loopback by number": "http://2130706433:3000/",
    "loopback in short": "http://127.1/",
    "IPv6 in full": "http://[0:0:0:0:0:0:0:1]:3000/",
    "half of an IPv6 address": "https://[::1/",
    "a zone": "http://[::1%25eth0]:3000/",
    "a space before": " https://app.acme.example/",
    "a space in the host": "https://app.acme.example .evil.example/",
    "a tab in the scheme": "java\tscript:alert(1)",
    "a tab in the host": "https://app.acme.example\t.evil.example/",
    "a line break after": "https://app.acme.example/\n",
    "a header": "https://app.acme.example/\r\nSet-Cookie: a=b",
    "a null": "https://app.acme.example\x00.evil.example/",
    "a control character": "\x01https://app.acme.example/",
    "a letter of another script": "https://\u0430pp.acme.example/",
    "a full-width dot": "https://app.acme.example\uff0eevil.example/",
    "a full-width slash": "https://app.acme.example\uff0fevil.example/",
    "a long s in the scheme": "http\u017f://app.acme.example/",
    "a long s in loopback": "http://localho\u017ft:3000/",
    "a soft hyphen": "https://app.ac\u00adme.example/",
    "the other direction": "https://\u202eapp.acme.example/",
    "a lone surrogate": "https://app.acme.example/\ud800",
    "a quote": 'https://app.acme.example/"onmouseover=alert(1)',
    "a tag": "https://app.acme.example/<script>",
    "another host in punycode": "https://xn--pp-8ka.acme.example/",
}


@pytest.mark.parametrize("url", ATTACKS.values(), ids=ATTACKS)
def test_a_url_that_leads_elsewhere_is_refused(url):
    """No way to write a URL leads to a host that is not allowed, or past the check."""
    with pytest.raises(SSORedirectError, match=r"url must be|url leads to") as caught:
        SSORedirect(code="c", state="s", url=url).target(allowed_hosts=HOSTS)
    assert caught.value.parameter == "url"


NEAR = st.sampled_from(
    [*"https:/\\@.?#%[]:0:443 \t\n\r", "app.acme.example", "evil.example", "\u017f"]
)


@given(st.lists(NEAR, max_size=12).map("".join))
def test_what_is_accepted_has_the_host_by_two_readings(url):
    """Whatever is accepted has an allowed host for Python's parser as well."""
    try:
        accepted = SSORedirect(code="c", state="s", url=url).target(allowed_hosts=HOSTS)
    except SSORedirectError:
        return
    parts = urlsplit(accepted)
    assert (parts.scheme, parts.hostname, parts.username) == ("https", "app.acme.example", None)


def test_without_a_url_there_is_no_target():
    """A redirect without a `url` leads nowhere, which is no error."""
    assert redirect().target(allowed_hosts=HOSTS) is None


def test_without_hosts_nothing_is_allowed():
    """An empty list allows no host."""
    with pytest.raises(SSORedirectError):
        redirect(url="https://app.acme.example/").target(allowed_hosts=[])


@pytest.mark.parametrize(
    ("hosts", "error", "problem"),
    [
        ("app.acme.example", TypeError, "must be a list of hosts, got str"),
        (["https://app.acme.example"], ValueError, "must hold hosts such as"),
        (["app.acme.example/"], ValueError, "must hold hosts such as"),
        (["*.acme.example"], ValueError, "must hold hosts such as"),
        (["bücher.example"], ValueError, "must hold hosts such as"),
        ([""], ValueError, "must hold hosts such as"),
        ([None], TypeError, "expected string"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("url", [None, "https://app.acme.example/"])
def test_a_setting_that_is_no_host_is_named(hosts, error, problem, url):
    """A mistake in the setting shows at the first sign-in, not at the first with a URL."""
    with pytest.raises(error, match=problem):
        SSORedirect(code="c", state="s", url=url).target(allowed_hosts=hosts)


def test_the_query_of_a_target_is_kept():
    """A URL that is escaped within the query arrives whole."""
    url = "https://app.acme.example/a?b=1&c=%20"
    parsed = SSORedirect.parse(f"{urlencode(LEAST)}&url={quote(url, safe='')}")
    assert parsed.target(allowed_hosts=["app.acme.example"]) == url
