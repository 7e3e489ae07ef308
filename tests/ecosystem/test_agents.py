"""The agents of Datadog and Elastic."""


def test_ddtrace_sees_a_client_of_httpx(run):
    """A client with `http_client=httpx.Client()` is traced, and no other, without its token."""
    spans = run("ddtrace_calls.py")

    assert spans == {"http_client": 1, "alone": 0, "has_token": False}


def test_elastic_sees_every_client(run):
    """Elastic's agent traces every client, without its token."""
    spans = run("elastic_calls.py")

    assert spans == {"http_client": 1, "alone": 1, "has_token": False}
