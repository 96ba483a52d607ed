"""Write `samples/alash/` from the compiled facts and the corrections in `hand/`.

    python make_sample.py COMPILED HAND SAMPLE

COMPILED holds alash_claims.csv and alash_sources.csv. Prints what was done to how many rows.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

from compiled import Line, Row, name_mentions, read_rows, read_table, write_table
from relations import relate
from rules import convert
from sources import COLUMNS, describe_source

from aigaq.records.vocabulary import property_of

_CLAIMS = [
    "mention",
    "source_key",
    "property",
    "value",
    "lang",
    "qualifier",
    "refers_to",
    "episode",
    "leg",
    "voice",
    "confidence",
    "note",
    "origin",
]
_JUDGEMENTS = [
    "left_source",
    "left_mention",
    "right_source",
    "right_mention",
    "outcome",
    "reason",
]

_EPISODE_JUDGEMENTS = [
    "left_source",
    "left_mention",
    "left_episode",
    "right_source",
    "right_mention",
    "right_episode",
    "outcome",
    "reason",
]


def main(compiled: Path, hand: Path, sample: Path) -> None:
    """Read the compiled facts, convert them and write the sample's tables."""
    rows = read_rows(compiled / "alash_claims.csv")
    sources = make_sources(read_table(compiled / "alash_sources.csv"), hand)
    tags = {str(source["key"]): str(source["lang"]) for source in sources}
    mentions = name_mentions(rows)
    counts: Counter[str] = Counter()
    claims = list(make_claims(rows, hand, mentions, tags, counts))
    write_table(sample / "sources.csv", COLUMNS, sources)
    write_table(sample / "claims.csv", _CLAIMS, claims)
    judgements = [*judge_same(rows, mentions), *judge_different(hand, rows, mentions)]
    write_table(sample / "judgements.csv", _JUDGEMENTS, judgements)
    cases = list(judge_episodes(hand, mentions, claims))
    write_table(sample / "episode_judgements.csv", _EPISODE_JUDGEMENTS, cases)
    counts |= Counter({"sources": len(sources), "mentions": len(mentions)})
    counts |= Counter({"claims": len(claims), "judgements": len(judgements)})
    counts |= Counter({"judgements of episodes": len(cases)})
    for what, count in sorted(counts.items()):
        print(f"{count:5} {what}")


def make_sources(rows: list[dict[str, str]], hand: Path) -> list[dict[str, object]]:
    """Return the rows of `sources.csv`, in the order of the compiled sources."""
    overrides: dict[str, dict[str, str]] = defaultdict(dict)
    for cells in read_table(hand / "sources.csv"):
        overrides[cells["source"]][cells["column"]] = cells["value"]
    unknown = set(overrides) - {row["source_key"] for row in rows}
    if unknown:
        raise SystemExit(f"hand/sources.csv names sources that do not exist: {sorted(unknown)}")
    return [describe_source(row, overrides[row["source_key"]]) for row in rows]


def make_claims(
    rows: list[Row],
    hand: Path,
    mentions: dict[tuple[str, str], str],
    tags: dict[str, str],
    counts: Counter[str],
) -> Iterable[dict[str, object]]:
    """Yield the rows of `claims.csv`, ordered by source and mention as they first come."""
    by_hand = _read_lines(hand)
    stages = {cells["row"]: cells for cells in read_table(hand / "episodes.csv")}
    voices = {cells["row"]: cells["voice"] for cells in read_table(hand / "voices.csv")}
    names: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.property == "name":
            names[row.person].append(row)
    made: dict[tuple[str, str], list[dict[str, object]]] = {key: [] for key in mentions}
    read_from_name: set[tuple[tuple[str, str], Line]] = set()
    for row in rows:
        number = str(row.number)
        lines = by_hand.get(number) or _convert(row, mentions, names, tags, counts)
        counts["rows by hand" if number in by_hand else "rows by rule"] += 1
        counts["rows that became several claims"] += len(lines) > 1
        for line in lines:
            placed = _place(line, stages.get(number))
            placed = replace(placed, voice=placed.voice or voices.get(number, ""))
            if (row.mention, placed) in read_from_name:
                continue  # the form of custody of one leg, read from two names of one camp
            if placed.property == "custody_form":
                read_from_name.add((row.mention, placed))
            made[row.mention].append(_claim(row, placed, mentions[row.mention]))
    for key in made:
        yield from made[key]


def _convert(
    row: Row,
    mentions: dict[tuple[str, str], str],
    names: dict[str, list[Row]],
    tags: dict[str, str],
    counts: Counter[str],
) -> list[Line]:
    if row.property != "relative":
        return convert(row)
    line, how = relate(row, mentions, names, tags[row.source])
    counts[f"relatives given as {how}"] += 1
    return [line]


def _read_lines(hand: Path) -> dict[str, list[Line]]:
    lines: dict[str, list[Line]] = defaultdict(list)
    for cells in read_table(hand / "rows.csv"):
        lines[cells["row"]].append(
            Line(
                property=cells["property"],
                value=cells["value"],
                lang=cells["lang"],
                qualifier=cells["qualifier"],
                episode=int(cells["episode"] or -1),
                leg=int(cells["leg"] or -1),
                voice=cells["voice"],
                note=cells["note"],
            )
        )
    return dict(lines)


def _place(line: Line, stage: dict[str, str] | None) -> Line:
    """Put a claim into its episode and leg: the first ones unless `hand/` says otherwise.

    A hand row may say 0: the claim belongs to no deprivation of liberty.
    """
    scope = property_of(line.property).scope
    if scope == "mention":
        return replace(line, episode=0, leg=0)
    given = Line("", episode=int(stage["episode"]), leg=int(stage["leg"] or 1)) if stage else None
    episode = line.episode if line.episode > 0 else given.episode if given else 1
    leg = line.leg if line.leg > 0 else given.leg if given else 1
    if line.property == "alleged_perpetrator":
        episode = 0
    return replace(line, episode=episode, leg=leg if scope == "leg" else 0)


def _claim(row: Row, line: Line, mention: str) -> dict[str, object]:
    cells: dict[str, object] = asdict(line)
    cells |= {"mention": mention, "source_key": row.source, "origin": row.number}
    cells |= {"confidence": row.confidence}
    cells |= {key: cells[key] or "" for key in ("episode", "leg")}
    return cells


def judge_same(
    rows: list[Row], mentions: dict[tuple[str, str], str]
) -> Iterable[dict[str, object]]:
    """Yield one judgement for each mention of a person after the first: same as the first."""
    first: dict[str, str] = {}
    for source, person in dict.fromkeys(row.mention for row in rows):
        if person not in first:
            first[person] = source
            continue
        reason = f"The compiler of the sample holds both accounts to be of one person ({person})"
        yield _judgement(first[person], source, person, person, mentions, "same", reason)


def judge_different(
    hand: Path, rows: list[Row], mentions: dict[tuple[str, str], str]
) -> Iterable[dict[str, object]]:
    """Yield the judgements of `hand/different.csv`: persons who could be taken for one another."""
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row.person, row.source)
    for cells in read_table(hand / "different.csv"):
        left, right = cells["left_person"], cells["right_person"]
        yield _judgement(
            first[left], first[right], left, right, mentions, "different", cells["reason"]
        )


def judge_episodes(
    hand: Path, mentions: dict[tuple[str, str], str], claims: list[dict[str, object]]
) -> Iterable[dict[str, object]]:
    """Yield the judgements of `hand/same_episode.csv`: accounts of one case, each with the first."""
    known = {(claim["source_key"], claim["mention"], str(claim["episode"])) for claim in claims}
    first: dict[tuple[str, str], tuple[str, str, str]] = {}
    for cells in read_table(hand / "same_episode.csv"):
        mention = mentions[cells["source"], cells["person"]]
        account = (cells["source"], mention, cells["episode"])
        if account not in known:
            raise SystemExit(f"hand/same_episode.csv names an episode no claim is in: {account}")
        head = first.setdefault((cells["person"], cells["case"]), account)
        if head != account:
            values = (*head, *account, "same", cells["case"])
            yield dict(zip(_EPISODE_JUDGEMENTS, values, strict=True))


def _judgement(
    left_source: str,
    right_source: str,
    left: str,
    right: str,
    mentions: dict[tuple[str, str], str],
    outcome: str,
    reason: str,
) -> dict[str, object]:
    return {
        "left_source": left_source,
        "left_mention": mentions[left_source, left],
        "right_source": right_source,
        "right_mention": mentions[right_source, right],
        "outcome": outcome,
        "reason": reason,
    }


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
