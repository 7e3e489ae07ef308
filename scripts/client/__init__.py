"""What writes the clients: sources are read, docstrings completed, modules written."""
