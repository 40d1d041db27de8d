"""Imported once by the process that the others are forked from."""

import gc
from datetime import date

import admin_cli.cli
import app
from bot.cards.parts import breakable
from casework import places
from casework.thai_time import holiday_name
from nlp import understand

__all__ = ["admin_cli", "app"]
places.warm()
understand("1555")
holiday_name(date(2026, 11, 21))
breakable("ร้องทุกข์")
gc.freeze()  # what is shared by all stays shared: no collection walks over it
