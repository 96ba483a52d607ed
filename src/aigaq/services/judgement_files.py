"""Decisions kept in a table, by the keys that sources and accounts were imported under."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from aigaq.records.errors import BadInput
from aigaq.records.judgements import Matter, Outcome
from aigaq.services.judging import Verdict
from aigaq.store import models

_COLUMNS = ("left_source", "left_mention", "right_source", "right_mention", "outcome", "reason")


def read_verdicts(rows: Sequence[Mapping[str, str]], file: str) -> list[Verdict]:
    """Turn rows into decisions; with `left_episode` and `right_episode` they are about episodes.

    Args:
        rows: with the columns left_source, left_mention, right_source, right_mention, outcome, reason.
        file: for messages.

    Raises:
        BadInput: a column is missing, an account is not in the archive, or an outcome is none of the three.
    """
    if not rows:
        raise BadInput(f"{file}: holds no decisions")
    if missing := [name for name in _COLUMNS if name not in rows[0]]:
        raise BadInput(
            f"{file}: has no column {missing[0]}; it needs {', '.join(_COLUMNS)}, with commas between them"
        )
    episodes = "left_episode" in rows[0]
    ids = _episode_ids() if episodes else _mention_ids()
    return [
        _verdict(row, ids, f"{file}, row {number}", episodes) for number, row in enumerate(rows, 2)
    ]


def _verdict(
    row: Mapping[str, str], ids: Mapping[tuple[str, ...], UUID], where: str, episodes: bool
) -> Verdict:
    if None in row:
        raise BadInput(
            f"{where}: has more cells than the heading; put a text that holds a comma in quotes"
        )
    if any(row.get(name) is None for name in row):
        raise BadInput(f"{where}: has fewer cells than the heading")
    if not row["reason"].strip():
        raise BadInput(f"{where}, column reason: is empty; say why in a few words")
    sides = []
    for side in ("left", "right"):
        key = [row[f"{side}_source"], row[f"{side}_mention"]]
        key += [row[f"{side}_episode"]] if episodes else []
        if tuple(key) not in ids:
            raise BadInput(f"{where}: there is no account {' / '.join(key)} here; import it first")
        sides.append(ids[tuple(key)])
    if row["outcome"] not in set(Outcome):
        raise BadInput(
            f"{where}, column outcome: {row['outcome']!r} is not same, different or undecided"
        )
    matter = Matter.EPISODE if episodes else Matter.PERSON
    return Verdict(sides[0], sides[1], Outcome(row["outcome"]), row["reason"], matter)


def _mention_ids() -> dict[tuple[str, ...], UUID]:
    rows = models.Mention.objects.values_list("source__key", "key", "id")
    return {(source, key): id for source, key, id in rows.iterator()}


def _episode_ids() -> dict[tuple[str, ...], UUID]:
    rows = models.Episode.objects.values_list(
        "mention__source__key", "mention__key", "position", "id"
    )
    return {(source, key, str(place)): id for source, key, place, id in rows.iterator()}
