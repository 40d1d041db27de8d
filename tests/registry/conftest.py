"""The stage of the talks and the desk of the command line, here as well."""

from tests.admin_cli.conftest import desk, empty
from tests.talks.conftest import boards, made, stage

__all__ = ["boards", "desk", "empty", "made", "stage"]
