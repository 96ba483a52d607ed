"""Whether an archive still holds what was recorded: every act's root computed anew from the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import F

from aigaq.services.act_codes import bears_code
from aigaq.services.act_records import EMPTIED, StoredAct, columns_of, read_acts
from aigaq.services.actors import Actor
from aigaq.services.standing import STANDING, check_standing
from aigaq.store import models
from aigaq.store.integrity import find_dangling, missing_triggers
from aigaq.vault.canonical import Json
from aigaq.vault.listing import Finding

_OTHER_COLUMNS = "was altered: its kind, actor or time is not the one recorded"


@dataclass(frozen=True, slots=True)
class CheckedAct:
    """What became of the check of one act.

    Attributes:
        finding: what does not hold, or None.
        erased: how many of its records were erased at a speaker's wish; the rest was checked.
    """

    finding: Finding | None
    erased: int = 0


def check_archive(actor: Actor) -> Iterator[Finding | None]:
    """Check every act in turn, that no row stands outside them, and that members stand as they say.

    Args:
        actor: who asks.

    Yields:
        None for an act that holds, a finding for whatever does not.

    Raises:
        NotAllowed: the actor may not read.
    """
    for checked in check_acts(actor):
        yield checked.finding


def check_acts(actor: Actor) -> Iterator[CheckedAct]:
    """Check as `check_archive`, saying of each act how much of it was erased.

    Raises:
        NotAllowed: the actor may not read.
    """
    actor.require("read")
    said: dict[str, Mapping[str, Json]] = {}
    emptied: dict[str, tuple[str, Json]] = {}
    told: dict[str, Json] = {}
    # In the log's order, not by the clock: a clock put back would make an older act the newest.
    in_order = (F("log_entry__index").asc(nulls_last=True), "at", "id")
    for act in read_acts(models.Event.objects.order_by(*in_order).iterator()):
        problem = _find_problem(act)
        place = f"act {act.event.id} ({act.event.kind}, {act.event.at:%Y-%m-%d %H:%M} UTC)"
        yield CheckedAct(Finding(place, problem) if problem else None, act.count_erased())
        said.update({str(one["member"]): one for one in _listed(act, STANDING, "member")})
        told.update({str(one["act"]): one for one in _listed(act, EMPTIED, "act")})
        if act.own.erased_root:
            emptied[str(act.event.id)] = place, columns_of(act.event)
    for id, (place, columns) in emptied.items():
        if told.get(id) != columns:
            yield CheckedAct(Finding(place, _OTHER_COLUMNS))
    for table, column, id in find_dangling():
        problem = f"names a row that is not there ({column}): no recorded act brought it"
        yield CheckedAct(Finding(f"{table} {id}", problem))
    for finding in check_standing(said):
        yield CheckedAct(finding)


def check_guards() -> Iterator[Finding]:
    """Yield a finding for each guard against editing that the database no longer holds."""
    for name in missing_triggers():
        yield Finding(f"guard {name}", "is missing or switched off: rows could be edited in place")


def _find_problem(act: StoredAct) -> str:
    """Return what is wrong with an act, or ""."""
    event, fields = act.event, act.own.fields
    if not bears_code(event):
        return (
            "was written by somebody without the passphrase, or altered: it doesn't bear its code"
        )
    if not act.readable:
        return "was altered: a row of it can't be read, or stands where another was erased"
    recorded = (fields.get("act"), fields.get("actor"), fields.get("at"))
    columns = (event.kind, str(event.actor_id), event.at.isoformat())
    if recorded != columns and not act.own.erased_root:
        return _OTHER_COLUMNS
    claims = sum(1 for record in act.records if record.table == "claim")
    if claims != event.claims:
        return f"has {claims} claims where {event.claims} were recorded"
    if act.root().hex() != event.root:
        return "was altered: what is stored no longer gives the recorded root"
    return ""


def _listed(act: StoredAct, name: str, key: str) -> Iterator[Mapping[str, Json]]:
    """Yield the mappings that hold a key, of those an act's own field lists."""
    listed = act.own.fields.get(name, ())
    if isinstance(listed, list):
        yield from (one for one in listed if isinstance(one, Mapping) and key in one)


def count_acts() -> int:
    """Return how many acts are on record."""
    return models.Event.objects.count()
