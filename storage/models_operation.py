"""Tables of operation: what all processes counted."""

from __future__ import annotations

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Base


class Tally(Base):
    """A counter that all processes of the service add to: calls, errors, how long turns took. Nothing of a person."""

    __tablename__ = "tallies"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    label: Mapped[str] = mapped_column(String(80), primary_key=True, default="")
    """One value that tells its kinds apart, such as `reply sent`; for a histogram the upper bound of a bucket."""
    value: Mapped[float] = mapped_column(Float)
