"""Where the shipped tables lie."""

from pathlib import Path

DATA = Path(__file__).with_name("data")
