"""The stage of the talks, here as well."""

from tests.talks.conftest import made, stage

__all__ = ["made", "stage"]
