"""Imported once by the process that the others are forked from."""

import app
from casework import places
from nlp import understand

__all__ = ["app"]
places.warm()
understand("1555")
