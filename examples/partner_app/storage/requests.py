"""The requests that were carried out, by their idempotency keys."""

from sqlite3 import Connection


def claim(
    db: Connection, installation_id: str, operation: str, key: str, result: str
) -> str | None:
    """Record a request, unless it was recorded before.

    Args:
        db: The connection.
        installation_id: The installation.
        operation: What is requested.
        key: The idempotency key, which counts for the installation and the operation.
        result: The id of what is about to be created.

    Returns:
        The result of an earlier request with this key, or `None` if this is the first.
    """
    request = (installation_id, operation, key)
    row = db.execute(
        "SELECT result FROM requests WHERE (installation_id, operation, key) = (?, ?, ?)",
        request,
    ).fetchone()
    if row is not None:
        earlier: str = row["result"]
        return earlier
    db.execute("INSERT INTO requests VALUES (?, ?, ?, ?)", (*request, result))
    return None
