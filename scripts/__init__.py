"""What maintainers run: the generator of the client, and the check against the contract."""
