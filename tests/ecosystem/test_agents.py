"""The agents of Datadog and Elastic."""


def test_ddtrace_sees_a_client_of_httpx_or_with_telemetry(run):
    """A client with `http_client=httpx.Client()` or telemetry is traced, and no other."""
    spans = run("ddtrace_calls.py")

    assert spans == {
        "http_client": 1,
        "alone": 0,
        "telemetry": ["vercel.marketplace/get-account-info", "GET"],
        "has_token": False,
    }


def test_elastic_sees_every_client(run):
    """Elastic's agent traces every client, without its token."""
    spans = run("elastic_calls.py")

    assert spans == {"http_client": 1, "alone": 1, "has_token": False}
