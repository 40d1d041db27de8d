"""Officers' threads on disk: said, answered, taken, closed, rated; how long people wait. Plain functions, a Session first.

What happens is an event (`thread_events`); bot.officers tells the other side of what is not `told`, in the same turn or by the
next sweep. A change holds the thread's row until the transaction ends, so that two officers come one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import MultiFernet
from sqlalchemy import ColumnElement, Exists, and_, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from casework import threads as rules_of_threads
from casework.catalog import CENTRE
from casework.groups import STAFF
from casework.refusals import Refused
from casework.rules import Rules
from casework.threads import Answered, LineView, Reach, ThreadView
from storage import groups, history, media, waits
from storage.history import Entry
from storage.models import Media, Talk
from storage.models_history import Message
from storage.models_threads import Thread, ThreadEvent

OPEN_STATE = text("threads.state = 'open'")
UNTOLD = text("NOT thread_events.told")
FLOW = "officer"
LATEST = 50
"""Answers that the expected wait is read from."""


@dataclass(frozen=True)
class Said:
    """What somebody said: words, or a picture, film or file that is being fetched."""

    kind: str = "text"
    words: str | None = None
    message_id: str | None = None
    media: int | None = None


# Finding.


_OPEN_OF = (
    select(Thread).where(Thread.person == bindparam("person"), Thread.state == "open").order_by(Thread.id.desc()).limit(1)
)


def open_of(session: Session, person: str) -> Thread | None:
    """The person's open thread."""
    return session.scalar(_OPEN_OF, {"person": person})


def lately_of(session: Session, person: str, rules: Rules, now: datetime) -> Thread | None:
    """The person's latest thread where it is closed, but not for so long that a new one would be begun."""
    last = session.scalar(select(Thread).where(Thread.person == person).order_by(Thread.id.desc()).limit(1))
    if last is None or last.state == "open" or last.closed_at is None:
        return None
    return last if now - last.closed_at <= rules.span("officer", "reopen_hours") else None


def must(session: Session, thread: int) -> Thread:
    """The thread. Raises Refused where there is none."""
    found = session.get(Thread, thread)
    if found is None:
        raise Refused("refused.unknown_thread", thread=thread)
    return found


def held(session: Session, thread: int) -> Thread:
    """The thread as it stands now, held until the transaction ends. Raises Refused where there is none."""
    query = select(Thread).where(Thread.id == thread).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise Refused("refused.unknown_thread", thread=thread)
    return found


def staff_groups(session: Session) -> list[str]:
    """Groups that hear of threads: the staff's, or the centre's where staff have none."""
    bound = groups.bound(session, (STAFF, CENTRE))
    return bound.get(STAFF) or bound.get(CENTRE) or []


def reach(session: Session, rules: Rules, now: datetime) -> Reach:
    """What somebody who would like to talk to an officer is told."""
    opens = rules_of_threads.is_open(rules, now)
    took = select(Thread.first_answer_at, Thread.opened_at).where(
        Thread.first_answer_at.is_not(None), Thread.first_answer_at > now - rules.span("officer", "wait_days")
    )
    rows = session.execute(took.order_by(Thread.first_answer_at.desc()).limit(LATEST)).all()
    minutes = rules_of_threads.expected_minutes([first - opened for first, opened in rows if first is not None])
    until = rules_of_threads.open_until(rules, now) if opens else None
    opens_at = None if opens else rules_of_threads.opens_next(rules, now)
    return Reach(opens, until, opens_at, minutes, bool(staff_groups(session)))


# What happens.


def _event(session: Session, thread: Thread, kind: str, actor: str, now: datetime, *, told: bool = False) -> ThreadEvent:
    event = ThreadEvent(thread_id=thread.id, kind=kind, actor=actor, at=now, told=told)
    session.add(event)
    return event


def say(session: Session, person: str, said: Said, rules: Rules, box: MultiFernet, now: datetime) -> tuple[ThreadView, bool]:
    """The citizen's words or picture, in their open thread, the one just closed, or a new one.

    Returns the thread and whether they begin a wait. What was said is kept in the history by this.
    """
    found = open_of(session, person) or lately_of(session, person, rules, now)
    if found is None:
        thread = Thread(person=person, state="open", round=0, opened_at=now)
        session.add(thread)
        session.flush()
    else:
        thread = held(session, found.id)
        if thread.state == "closed":
            _reopen(session, thread, "citizen", now)
    waited = waits.of_thread(session, thread.id) is not None
    thread.close_at = None
    entry = Entry("citizen", said.kind, said.words, said.message_id, thread.id)
    event = _event(session, thread, "said", "citizen", now)
    event.words_id, event.media_id = history.keep_one(session, person, entry, box, now), said.media
    waits.begin(session, now, thread=thread)
    session.flush()
    return view(session, thread), not waited


def _reopen(session: Session, thread: Thread, actor: str, now: datetime) -> None:
    thread.state, thread.closed_at, thread.closed_by = "open", None, None
    thread.round += 1
    _event(session, thread, "reopened", actor, now, told=True)


def answer(
    session: Session,
    thread_id: int,
    said: Said,
    actor: str,
    rules: Rules,
    box: MultiFernet,
    now: datetime,
    *,
    group: str | None = None,
    canned: str | None = None,
) -> Answered:
    """An officer's answer. One that comes to a thread just closed opens it again.

    Raises Refused where it is closed for longer than the rule, or where the person's data has been erased.
    """
    thread = held(session, thread_id)
    if thread.person is None:
        raise Refused("refused.thread_erased", thread=thread.id)
    just = thread.answered_at is not None and now - thread.answered_at <= rules.span("officer", "just_minutes")
    waiting = waits.of_thread(session, thread.id)
    if canned is not None and just and waiting is None and _last_canned(session, thread) == canned:
        return Answered(view(session, thread), repeated=True)
    reopened = thread.state == "closed"
    if reopened:
        if lately_of(session, thread.person, rules, now) is not thread:
            raise Refused("refused.thread_closed", thread=thread.id)
        _reopen(session, thread, actor, now)
    colleague = thread.answered_by if just and waiting is None and thread.answered_by not in {None, actor} else None
    entry = Entry("officer", said.kind, said.words, said.message_id, thread.id)
    event = _event(session, thread, "answered", actor, now)
    event.words_id, event.media_id = history.keep_one(session, thread.person, entry, box, now), said.media
    event.group_id, event.canned = group, canned
    thread.first_answer_at = thread.first_answer_at or now
    thread.answered_at, thread.answered_by = now, actor
    thread.close_at, thread.next_card_at = now + rules.span("officer", "silence_hours"), None
    waits.end(session, waiting, now, actor)
    session.flush()
    return Answered(view(session, thread), said.words, reopened, colleague)


def _last_canned(session: Session, thread: Thread) -> str | None:
    query = select(ThreadEvent.canned).where(ThreadEvent.thread_id == thread.id, ThreadEvent.kind == "answered")
    return session.scalar(query.order_by(ThreadEvent.id.desc()).limit(1))


def take(
    session: Session, thread_id: int, actor: str, now: datetime, *, group: str | None = None, over: bool = False
) -> tuple[ThreadView, bool]:
    """Look after a thread; False where somebody else does already (`over` takes it from them). Raises Refused where closed."""
    thread = held(session, thread_id)
    if thread.state != "open":
        raise Refused("refused.thread_closed", thread=thread.id)
    if thread.owner == actor or (thread.owner is not None and not over):
        return view(session, thread), thread.owner == actor
    thread.owner = actor
    _event(session, thread, "taken", actor, now).group_id = group
    session.flush()
    return view(session, thread), True


def close(
    session: Session, thread_id: int, by: str, actor: str, now: datetime, *, group: str | None = None
) -> tuple[ThreadView, bool]:
    """Close a thread, `by` citizen, officer or silence; False where it is closed already."""
    thread = held(session, thread_id)
    if thread.state != "open":
        return view(session, thread), False
    thread.state, thread.closed_at, thread.closed_by, thread.close_at = "closed", now, by, None
    thread.next_card_at = None
    _event(session, thread, "closed", actor, now).group_id = group
    waits.end(session, waits.of_thread(session, thread.id), now, actor)
    talks = update(Talk).where(Talk.chat == thread.person, Talk.person == thread.person, Talk.flow == FLOW, Talk.open)
    if by != "citizen":  # the citizen's own turn ends their talk itself
        session.execute(talks.values(open=False, current=False, data={}, state="closed"))
    session.flush()
    return view(session, thread), True


def rate(session: Session, person: str, thread_id: int, stars: int, now: datetime) -> bool:
    """One to five stars, once, by whose thread it is; False where it has them. Raises Refused for another's, or an open one."""
    thread = held(session, thread_id)
    if thread.person != person:
        raise Refused("refused.unknown_thread", thread=thread_id)
    if thread.state == "open":
        raise Refused("refused.thread_open", thread=thread_id)
    if thread.rating is not None:
        return False
    thread.rating = min(5, max(1, stars))
    _event(session, thread, "rated", "citizen", now, told=True)
    session.flush()
    return True


def to_rate(session: Session, person: str, since: datetime) -> int | None:
    """The person's thread that was closed since then and has no stars."""
    last = session.scalar(select(Thread).where(Thread.person == person).order_by(Thread.id.desc()).limit(1))
    fresh = last is not None and last.closed_at is not None and last.closed_at >= since and last.rating is None
    return last.id if last is not None and fresh else None


def silent(session: Session, now: datetime, limit: int) -> Sequence[Thread]:
    """Threads that silence closes now."""
    query = select(Thread).where(Thread.close_at.is_not(None), Thread.close_at <= now, OPEN_STATE).order_by(Thread.close_at)
    return session.scalars(query.limit(limit).with_for_update(skip_locked=True)).all()


# As they are shown.


def view(session: Session, thread: Thread, name: str | None = None) -> ThreadView:
    """The thread as officers see it."""
    wait = waits.of_thread(session, thread.id)
    return ThreadView(
        *(thread.id, thread.state, thread.round, name, thread.owner, thread.opened_at, None if wait is None else wait.since),
        *(thread.answered_at, thread.answered_by, thread.closed_at, thread.closed_by, thread.rating),
    )


def lines(session: Session, thread: int, box: MultiFernet, limit: int) -> list[LineView]:
    """The latest `limit` things said in a thread, in order of time, with their pictures. To be audited by whoever shows it."""
    query = (
        select(ThreadEvent, Message, Media)
        .join(Message, Message.id == ThreadEvent.words_id, isouter=True)
        .join(Media, Media.id == ThreadEvent.media_id, isouter=True)
        .where(ThreadEvent.thread_id == thread, ThreadEvent.kind.in_(("said", "answered")))
    )
    rows = session.execute(query.order_by(ThreadEvent.id.desc()).limit(limit)).all()
    return [line(event, message, picture, box) for event, message, picture in reversed(rows)]


def line(event: ThreadEvent, message: Message | None, picture: Media | None, box: MultiFernet) -> LineView:
    """One of them."""
    ready = picture is not None and picture.state == "ready"
    return LineView(
        "citizen" if event.kind == "said" else event.actor,
        message.kind if message is not None else "gone",
        None if message is None else history.opened(message.words, box),
        event.at,
        picture.path if picture is not None and ready and picture.kind == "image" else None,
        picture.path if picture is not None and ready and picture.kind == "video" else None,
    )


def to_tell(session: Session, rules: Rules, now: datetime, limit: int) -> Sequence[int]:
    """Threads with something that the other side is to hear now: the longest waiting first."""
    first = func.min(ThreadEvent.id)
    query = select(ThreadEvent.thread_id).join(Thread, Thread.id == ThreadEvent.thread_id)
    query = query.where(UNTOLD, ~_coming(), ~_gathered(rules, now)).group_by(ThreadEvent.thread_id)
    return session.scalars(query.order_by(first).limit(limit)).all()


def untold(session: Session, thread: int, rules: Rules, now: datetime, limit: int) -> Sequence[ThreadEvent]:
    """A thread's events that the other side is to hear now, oldest first; those whose picture is on its way wait for it.

    The thread is held first, as whoever acts in it does: two who tell come one after the other, and the second finds nothing.
    """
    query = select(ThreadEvent).join(Thread, Thread.id == ThreadEvent.thread_id)
    query = query.where(ThreadEvent.thread_id == thread, UNTOLD, ~_coming(), ~_gathered(rules, now))
    held(session, thread)
    return session.scalars(query.order_by(ThreadEvent.id).limit(limit).with_for_update(of=ThreadEvent)).all()


def _coming() -> Exists:
    return select(Media.id).where(Media.id == ThreadEvent.media_id, Media.state == "waiting").exists()


def _gathered(rules: Rules, now: datetime) -> ColumnElement[bool]:
    """A card was shown just now. One from further ahead than the rule allows is from a clock that has been set back."""
    longest = now + rules.span("officer", "bundle_seconds")
    later = and_(Thread.next_card_at.is_not(None), Thread.next_card_at > now, Thread.next_card_at <= longest)
    return and_(ThreadEvent.kind == "said", Thread.state == "open", later)


def forget(session: Session, person: str) -> None:
    """The person's data is erased: threads stay as figures, without the person and what was said."""
    for thread in session.scalars(select(Thread).where(Thread.person == person).with_for_update()).all():
        waits.end(session, waits.of_thread(session, thread.id), thread.closed_at or thread.opened_at, "system")
        for event in session.scalars(select(ThreadEvent).where(ThreadEvent.thread_id == thread.id)):
            if event.media_id is not None:
                gone = {"state": "gone", "created_at": media.LONG_AGO}
                session.execute(update(Media).where(Media.id == event.media_id).values(gone))
            event.words_id = event.media_id = None
            event.told = True
        thread.person, thread.state, thread.close_at = None, "closed", None
