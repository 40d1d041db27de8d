"""Imported once by the process that the others are forked from."""

import admin_cli.cli
import app
from casework import places
from nlp import understand

__all__ = ["admin_cli", "app"]
places.warm()
understand("1555")
