"""`python -m vercel_marketplace.emulator`."""

import argparse
import re
import shlex
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import httpx
import pytest

from vercel_marketplace.emulator import Emulator, RunningClock
from vercel_marketplace.emulator import __main__ as command
from vercel_marketplace.emulator.console.state_file import load
from vercel_marketplace.emulator.partner import PartnerClient
from vercel_marketplace.emulator.server.serve import serve
from vercel_marketplace.webhooks import parse_event

pytestmark = pytest.mark.subprocess

# A shell's background job, which the tests may run in, ignores Ctrl-C, and so do its children.
COMMAND = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("vercel_marketplace.emulator", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def while_serving(monkeypatch):
    """Runs the command on a free port, does something in place of the waiting, then Ctrl-C."""

    def run(do, *arguments):
        def sleep(_):
            do()
            raise KeyboardInterrupt

        monkeypatch.setattr(command, "time", SimpleNamespace(sleep=sleep))
        return command.main(["--port", "0", *arguments])

    return run


def curl(line):
    """The response to a curl line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("curl")
    parser.add_argument("-H", type=lambda header: header.split(": ", 1))
    parser.add_argument("-d")
    parser.add_argument("url")
    given = parser.parse_args(shlex.split(line))
    method = "POST" if given.d else "GET"
    return httpx.request(method, given.url, headers=[given.H], content=given.d)


def test_ctrl_c_ends_it_quietly(while_serving, capsys):
    """The exit code is 0, and stderr is empty."""
    assert while_serving(lambda: None) == 0
    assert capsys.readouterr().err == ""


def test_what_it_prints_is_all_a_client_needs(while_serving, capsys):
    """The URL, the ids, the token, the secret and an SSO code can be pasted."""
    while_serving(lambda: None)

    shown = dict(re.findall(r"^  (\w[\w ]+?)  +(\S+)", capsys.readouterr().out, re.MULTILINE))
    assert shown.pop("SSO code").startswith("emulator-sso-code-")
    assert shown.pop("token keys").endswith("/.well-known/jwks")
    assert shown == {
        "installation id": Emulator.installation_id,
        "access token": Emulator.token,
        "member id": "usr_emulator",
        "product id": Emulator.integration.product_id,
        "resource id": Emulator.resource_id,
        "client id": Emulator.integration.client_id,
        "client secret": Emulator.integration.client_secret,
    }


def test_the_curl_lines_work_as_printed(while_serving, capsys):
    """Both lines can be pasted into a shell, and succeed."""
    responses = []

    def paste():
        lines = re.findall("^curl .*$", capsys.readouterr().out, re.MULTILINE)
        responses.extend(curl(line) for line in lines)

    while_serving(paste)

    first, second = responses
    assert (first.status_code, first.json()["name"]) == (200, "Acme")
    assert (second.status_code, second.json()["token_type"]) == (200, "Bearer")


def test_its_clock_runs(while_serving, capsys):
    """Data that are billed today, by the client's own clock, are accepted."""
    now = datetime.now(UTC).isoformat()
    body = {
        "timestamp": now,
        "eod": now,
        "period": {"start": now, "end": now},
        "billing": [],
        "usage": [],
    }
    responses = []

    def post():
        url = re.search(r"http://\S+", capsys.readouterr().out)[0]
        path = f"/v1/installations/{Emulator.installation_id}/billing"
        headers = {"authorization": f"Bearer {Emulator.token}"}
        responses.append(httpx.post(url + path, json=body, headers=headers))

    while_serving(post)

    assert responses[0].status_code == 201


def test_webhooks_go_to_the_url_that_is_given(while_serving, capsys, server):
    """What a client does over HTTP comes back as a signed webhook."""
    server.answers()
    now = datetime.now(UTC).isoformat()
    line = {"billingPlanId": "pro", "name": "Pro", "units": "month", "quantity": 1}
    body = {
        "invoiceDate": now,
        "period": {"start": now, "end": now},
        "items": [{**line, "price": "1.00", "total": "1.00"}],
    }

    def post():
        url = re.search(r"http://\S+", capsys.readouterr().out)[0]
        path = f"/v1/installations/{Emulator.installation_id}/billing/invoices"
        headers = {"authorization": f"Bearer {Emulator.token}"}
        assert httpx.post(url + path, json=body, headers=headers).status_code == 200
        assert server.awaits_requests(1)

    while_serving(post, "--webhooks", f"{server.url}/webhooks")

    (signature,) = server.request.values("x-vercel-signature")
    event = parse_event(server.request.body, signature, Emulator.integration.client_secret)
    assert event.type == "marketplace.invoice.created"


def test_the_product_is_installed_at_the_partner_that_is_given(while_serving, capsys, server):
    """A partner's server is called with the installation and its token before anything else."""
    server.answers(status=204)

    assert while_serving(lambda: None, "--partner", server.url) == 0

    assert server.request.target == f"/v1/installations/{Emulator.installation_id}"
    assert Emulator.token.encode() in server.request.body
    assert capsys.readouterr().out.endswith(f"The product is installed at {server.url}\n")


def test_a_partner_that_refuses_the_installation_ends_the_command(while_serving, capsys, server):
    """The message says what is wrong with the response, and the exit code is 1."""
    server.answers(status=500)

    assert while_serving(lambda: None, "--partner", server.url) == 1

    said = capsys.readouterr().err
    assert said.startswith(
        f"--partner: PUT {server.url}/v1/installations/icfg_emulator returned 500"
    )


def test_a_partner_neither_shows_a_token_nor_controls_the_terminal(while_serving, capsys, server):
    """Whatever it responds with is printed as text, and without secrets."""
    message = f"no \x1b[2J{Emulator.token} \u202e"
    server.answers({"error": {"code": "x", "message": message}}, status=409)

    assert while_serving(lambda: None, "--partner", server.url) == 1

    said = capsys.readouterr().err
    assert Emulator.token not in said
    assert "".join(said.splitlines()).isprintable()


def test_a_partner_is_installed_only_where_tokens_can_be_signed(
    while_serving, capsys, server, monkeypatch
):
    """Without the extra for that the command says what is missing, and ends."""

    def missing(_client):
        raise ImportError("install the extra tokens")

    monkeypatch.setattr(PartnerClient, "install", missing)
    assert while_serving(lambda: None, "--partner", server.url) == 1
    assert capsys.readouterr().err == "--partner: install the extra tokens\n"


def test_what_falls_due_is_sent_while_it_waits(monkeypatch):
    """A webhook that failed is retried even if no client calls."""
    emulator = Emulator()
    responses = [500, 204]
    emulator.webhooks.subscribe(lambda _: responses.pop(0))
    emulator.team.add_member("usr_2")

    def sleep(_):
        if not responses:
            raise KeyboardInterrupt
        emulator.clock._set(emulator.clock.now() + timedelta(minutes=1))

    monkeypatch.setattr(command, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(KeyboardInterrupt):
        command._wait(emulator, None)

    assert emulator.webhooks.deliveries[0].delivered


@pytest.mark.parametrize("option", ["--webhooks", "--partner"])
def test_a_url_that_is_not_valid_is_reported_in_one_line(option, capsys):
    """A mistake on the command line ends it before anything is served."""
    assert command.main([option, "partner.example"]) == 1
    assert capsys.readouterr().err.startswith(f"{option}: url must be an absolute http")


def test_a_port_that_is_taken_is_reported_in_one_line():
    """A second command reports the port in one line, without a traceback."""
    with serve(Emulator()) as url:
        port = str(urlsplit(url).port)
        ended = subprocess.run(
            [sys.executable, "-m", command.__name__.removesuffix(".__main__"), "--port", port],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=30,
        )

    assert ended.returncode == 1
    expected = f"cannot listen on 127.0.0.1, port {port}: Address already in use\n"
    assert ended.stderr == expected


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_a_port_is_a_valid_number(port, capsys):
    """Anything else is an error of usage."""
    with pytest.raises(SystemExit) as ended:
        command.main([f"--port={port}"])

    assert ended.value.code == 2
    assert f"invalid port value: '{port}'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--allow-host", "http://emulator"),
        ("--max-logged-requests", "-1"),
        ("--max-logged-bytes", "16 MB"),
        ("--issuer", "127.0.0.1:8787"),
    ],
)
def test_a_setting_that_is_not_valid_is_an_error_of_usage(option, value, capsys):
    """The message names the option and the value."""
    with pytest.raises(SystemExit) as ended:
        command.main([f"{option}={value}"])

    assert ended.value.code == 2
    error = capsys.readouterr().err
    assert f"argument {option}: invalid" in error
    assert repr(value) in error


def test_more_hosts_are_an_option(while_serving, capsys):
    """Each `--allow-host` is served, and other hosts are not."""
    statuses = []

    def call():
        url = re.search(r"http://\S+", capsys.readouterr().out)[0]
        statuses.extend(
            httpx.get(f"{url}/v1/x", headers={"host": host}).status_code
            for host in ("one", "two:9000", "three")
        )

    while_serving(call, "--allow-host", "one", "--allow-host", "two:9000")

    assert statuses == [404, 404, 421]


@pytest.mark.parametrize(
    "option", [("--max-logged-requests", "1"), ("--max-logged-bytes", "30000")]
)
def test_what_is_kept_is_an_option(option, while_serving, capsys, monkeypatch):
    """Both limits can be set."""
    made = []

    def make(*arguments, **settings):
        made.append(Emulator(*arguments, **settings))
        return made[0]

    monkeypatch.setattr(command, "Emulator", make)

    def call():
        url = re.search(r"http://\S+", capsys.readouterr().out)[0]
        for path in ("/1", "/2", "/3"):
            httpx.post(url + path, content=bytes(20_000))

    while_serving(call, *option)

    assert [request.url[-2:] for request in made[0].requests] == ["/3"]


def test_the_issuer_is_an_option(while_serving, capsys, tmp_path):
    """Clients find it, and so does the next run with the same state."""
    issuers = []

    def call():
        url = f"{url_in(capsys)}/.well-known/openid-configuration"
        issuers.append(httpx.get(url).json()["issuer"])

    state = ("--state", str(tmp_path / "state.json"))
    while_serving(call, *state, "--issuer", "http://127.0.0.1:8787")
    while_serving(call, *state)
    while_serving(call)

    assert issuers == ["http://127.0.0.1:8787"] * 2 + ["https://marketplace.vercel.com"]


def url_in(capsys):
    """The URL that the command has printed."""
    return re.search(r"http://\S+", capsys.readouterr().out)[0]


def test_the_state_survives_a_restart(while_serving, capsys, tmp_path):
    """What one run was told the next one knows, the integration included."""
    path = tmp_path / "state.json"
    while_serving(
        lambda: httpx.post(f"{url_in(capsys)}/_emulator/installations", json={}),
        *("--state", str(path), "--client-id", "oac_mine", "--client-secret", "mine"),
    )
    states = []
    while_serving(
        lambda: states.append(httpx.get(f"{url_in(capsys)}/_emulator/state").json()),
        *("--state", str(path)),
    )
    added = Emulator().installations.add().installation_id
    assert states[0]["installations"] == [Emulator.installation_id, added]
    assert (states[0]["clientId"], states[0]["clientSecret"]) == ("oac_mine", "mine")


def test_the_state_is_written_while_it_runs(tmp_path, monkeypatch):
    """A second after a change it is in the file, and is not written again until the next one."""
    emulator, path, sizes = Emulator(), tmp_path / "state.json", []

    def sleep(_):
        if len(sizes) == 3:
            raise KeyboardInterrupt
        sizes.append(path.exists())
        path.unlink(missing_ok=True)

    monkeypatch.setattr(command, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(KeyboardInterrupt):
        command._wait(emulator, path)
    assert sizes == [False, True, False]


def waits(emulator, path, monkeypatch, *between):
    """Wait for as many seconds as there are functions, which are called in each."""
    steps = iter(between)

    def sleep(_):
        step = next(steps, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(command, "time", SimpleNamespace(sleep=sleep))
    with pytest.raises(KeyboardInterrupt):
        command._wait(emulator, path)


def test_the_time_is_written_when_nothing_else_changes(tmp_path, monkeypatch):
    """A clock that is moved is in the file, though the state is the same."""
    emulator, path = Emulator(), tmp_path / "state.json"
    waits(emulator, path, monkeypatch, bool, lambda: emulator.clock.advance(days=1), bool)
    assert load(path).now == emulator.clock.now()


def test_a_running_clock_is_no_news(tmp_path, monkeypatch):
    """The file is not written again each second."""
    emulator, path = Emulator(RunningClock()), tmp_path / "state.json"
    waits(emulator, path, monkeypatch, bool, path.unlink, bool)
    assert not path.exists()


def test_a_state_that_cannot_be_written_does_not_end_the_emulator(tmp_path, monkeypatch, capsys):
    """It says so, and writes the state as soon as it can."""
    path = tmp_path / "later" / "state.json"
    waits(Emulator(), path, monkeypatch, bool, path.parent.mkdir)
    assert path.exists()
    assert capsys.readouterr().err == f"--state: cannot write {path}: No such file or directory\n"


def test_a_fixed_clock_goes_on_where_it_stood(while_serving, capsys, tmp_path):
    """The time that a run ended at is the next one's first."""
    arguments = ("--clock", "fixed", "--state", str(tmp_path / "state.json"))
    while_serving(
        lambda: httpx.post(f"{url_in(capsys)}/_emulator/clock/advance", json={"days": 3}),
        *arguments,
    )
    times = []
    while_serving(
        lambda: times.append(httpx.get(f"{url_in(capsys)}/_emulator/clock").json()["now"]),
        *arguments,
    )
    assert times == ["2026-01-18T12:00:00.000Z"]


def test_a_seed_is_sown_once(while_serving, capsys, tmp_path):
    """A run that finds a state adds nothing to it."""
    seed = tmp_path / "seed.json"
    seed.write_text('{"installations": [{"installationId": "icfg_seeded"}]}')
    arguments = ("--seed", str(seed), "--state", str(tmp_path / "state.json"))
    seen = []
    for _ in range(2):
        while_serving(
            lambda: seen.append(httpx.get(f"{url_in(capsys)}/_emulator/state").json()), *arguments
        )
    assert [one["installations"] for one in seen] == [["icfg_emulator", "icfg_seeded"]] * 2


@pytest.mark.parametrize(
    ("option", "content", "message"),
    [
        ("--seed", "{", "the file is not valid JSON: "),
        ("--seed", '{"installations": [], "installations": []}', "duplicate key"),
        ("--seed", "[]", "the file must be a JSON object"),
        ("--seed", '{"installation": []}', "installation: unknown"),
        ("--seed", '{"installations": [{"installationId": "icfg_emulator"}]}', "already"),
        ("--state", "{}", "is not the state of an emulator"),
        ("--seed", None, "No such file"),
    ],
)
def test_a_file_that_is_not_valid_is_reported_in_one_line(
    option, content, message, tmp_path, capsys
):
    """The file is named, and nothing is served."""
    path = tmp_path / "file.json"
    if content is not None:
        path.write_text(content)
    assert command.main([option, str(path)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert str(path) in error
    assert error.count("\n") == 1


def test_requests_are_printed_on_demand(while_serving, capsys, caplog, monkeypatch):
    """Each is one line: the method, the path, the status, and why it was refused."""
    levels = []
    monkeypatch.setattr(command.logging, "basicConfig", lambda **given: levels.append(given))
    with caplog.at_level("INFO", logger="vercel_marketplace.emulator"):
        while_serving(lambda: httpx.get(f"{url_in(capsys)}/v1/x?code=s3cr3t"), "--log")
    (line,) = caplog.messages
    assert line.startswith('GET /v1/x: 404 {"error"')
    assert levels[0]["level"] == command.logging.INFO


def test_without_uvicorn_it_says_what_to_install(capsys, monkeypatch):
    """A missing extra is one line, too."""
    monkeypatch.setitem(sys.modules, "vercel_marketplace.emulator.server.serve", None)

    assert command.main([]) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl-C to a whole console")
def test_it_runs_as_a_command_until_it_is_interrupted():
    """In a process of its own it serves, and ends on a signal without a word."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", COMMAND, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            url = re.search(r"http://\S+", process.stdout.readline())[0]
            status = httpx.get(f"{url}/v1/nothing").status_code
        finally:
            process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)

    assert (status, process.returncode, errors) == (404, 0, "")
