"""Faults that a test injects, and the outcome of a request."""
