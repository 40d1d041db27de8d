"""Thai understanding: one text in, what it wants and names out. No network, no state, any string.

``understand`` is the only door; the conversation imports it and the types of ``nlp.types``.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .types import CATEGORIES, INTENTS, Code, Guess, Place, Understanding, When

__all__ = ["BANGKOK", "CATEGORIES", "INTENTS", "Code", "Guess", "Place", "Understanding", "When", "understand"]

BANGKOK = timezone(timedelta(hours=7), "Asia/Bangkok")


def understand(text: str, *, now: datetime | None = None) -> Understanding:
    """Everything that can be read out of one message.

    ``now`` is the clock for ``พรุ่งนี้`` and the like (default: the present; without an offset it is Bangkok time).
    Never raises on any string: what says nothing gives intent ``other`` with a low ``intent_p``.
    """
    from . import category, codes, intent, place, small_talk, thai, urgent, when

    if now is None:
        now = datetime.now(BANGKOK)
    now = now.replace(tzinfo=BANGKOK) if now.tzinfo is None else now.astimezone(BANGKOK)
    plain = thai.normalise(text)
    found, rest = codes.find_codes(plain)
    guesses = category.classify(plain)
    urgency = urgent.judge(plain)
    what, p = intent.guess_intent(plain, guesses, urgency, found)
    places = place.find_places(rest)
    chat = "" if urgency.reasons else small_talk.small_talk(plain)
    vague = guesses[0].code == "other" or what in {"inquiry", "track"}
    if not chat and vague and not urgency.reasons and not places and small_talk.is_question(plain):
        chat = "question"
    return Understanding(
        intent=what,
        intent_p=p,
        emergency=urgency.emergency,
        categories=guesses,
        urgent=urgency.urgent,
        urgent_why=urgency.why,
        urgent_sure=urgency.sure,
        urgent_reasons=urgency.reasons,
        despair=urgency.despair,
        places=places,
        when=when.find_when(rest, now),
        codes=found,
        stars=small_talk.stars(plain),
        small_talk=chat,
    )
