"""The database, and every SQL statement.

Functions take a connection that is inside a transaction, so that the caller says what belongs
together: an event and its work, a resource and the key of the request for it.
"""
