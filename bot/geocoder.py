"""Looks up the names of places that people write, in any Nominatim, outside the turn. What is found is a suggestion."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from geopy.exc import GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim

from bot.trouble import where
from casework import places
from storage import inbox, lookups
from storage.engine import Store
from storage.lookups import Wanted

log = logging.getLogger("geocoder")
GIVE_UP_AFTER = timedelta(minutes=2)
"""Nobody waits for a suggestion longer than that; the question stands meanwhile."""
BANGKOK = ((13.49, 100.32), (13.96, 100.94))
"""South-west and north-east corner around the city (outlines of the districts)."""
SECONDS = 8.0
_CITY = "Bangkok"


class Geocoder:
    """Takes what talks want to know and brings it back as an event of our own."""

    def __init__(
        self, store: Store, url: str, clock: Callable[[], datetime], *, heard: Callable[[], None] = lambda: None
    ) -> None:
        """`url`: the Nominatim's base, such as https://nominatim.example.go.th."""
        parts = urlsplit(url)
        self._nominatim = Nominatim(
            user_agent="rongtook1555", scheme=parts.scheme, domain=parts.netloc + parts.path.rstrip("/"), timeout=SECONDS
        )
        self._store, self._clock, self.heard = store, clock, heard

    def due(self, limit: int) -> list[Wanted]:
        """Claims what is to be looked up now."""
        with self._store.read() as session:
            if not lookups.any_due(session, self._clock()):
                return []
        with self._store.write() as session:
            return lookups.take_due(session, self._clock(), limit)

    def take(self, wanted: Wanted) -> None:
        """Look it up. Never raises: a geocoder that is away costs a suggestion, nothing else."""
        try:
            found = self._find(wanted.words)
        except GeocoderServiceError as problem:
            log.info("no answer from the geocoder: %s", type(problem).__name__)
            self._later(wanted)
            return
        except (GeopyError, ValueError) as problem:
            log.warning("the geocoder's answer cannot be used: %s", type(problem).__name__)
            found = None
        except Exception as problem:
            log.error("looking up failed: %s", where(problem))
            found = None
        with self._store.write() as session:
            if lookups.done(session, wanted.id) and found is not None:
                lat, lng, name = found
                now = self._clock()
                event = {
                    "type": "internal",
                    "why": "place_found",
                    "talk": wanted.talk,
                    "latitude": lat,
                    "longitude": lng,
                    "name": name,
                    "source": {"type": "user", "userId": wanted.chat},
                    "timestamp": int(now.timestamp() * 1000),
                }
                inbox.add_internal(session, f"place-{wanted.talk}-{wanted.id}", wanted.chat, json.dumps(event), now)
        self.heard()

    def _find(self, words: str) -> tuple[float, float, str] | None:
        """Position and name of the best hit inside Bangkok; None where there is none."""
        hit = self._nominatim.geocode(
            f"{words} {_CITY}", country_codes="th", viewbox=BANGKOK, bounded=True, language="th", exactly_one=True
        )
        if hit is None or not places.locate(hit.latitude, hit.longitude).in_bangkok:
            return None
        return hit.latitude, hit.longitude, str(hit.address).split(",")[0].strip()[:100]

    def _later(self, wanted: Wanted) -> None:
        now = self._clock()
        with self._store.write() as session:
            if now - wanted.created_at > GIVE_UP_AFTER:
                lookups.done(session, wanted.id)
            else:
                lookups.later(session, wanted.id, now + timedelta(seconds=2.0 * 2**wanted.attempts))
