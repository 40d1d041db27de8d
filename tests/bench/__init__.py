"""Measuring the service; `python -m tests.bench`."""
