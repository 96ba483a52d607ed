"""New mentions against a large archive: the rest is not compared again."""

from collections.abc import Collection
from uuid import UUID

from aigaq.linkage.incremental import find_nearby
from aigaq.linkage.scoring import score_pairs
from aigaq.linkage.types import ScoredPair
from aigaq.records.errors import NotFound
from aigaq.services.actors import Actor
from aigaq.services.link_records import link_records, written_names


def score_new(actor: Actor, new: Collection[UUID]) -> list[ScoredPair]:
    """Score new mentions against each other and against everyone who may be one of them.

    Only names are read of everyone; the rest is read of those alone who share a word of their name with
    somebody new. The shipped weights are used, with words as rare as they are in the whole archive.

    Args:
        actor: who links.
        new: ids of mentions.

    Returns:
        Pairs with at least one of `new`, as `linkage/scoring.py: score_pairs` gives them.

    Raises:
        NotAllowed: the actor may not link.
        NotFound: one of them is no mention here.
    """
    actor.require("link")
    names = written_names()
    if missing := [id for id in new if id not in names]:
        raise NotFound(f"there is no account {missing[0]} here")
    wanted = set(new)
    ids = list(names)
    fresh = [place for place, id in enumerate(ids) if id in wanted]
    nearby = find_nearby([names[id] for id in ids], fresh)
    records = link_records(actor, wanted | {ids[place] for place in nearby.places.tolist()})
    pairs = score_pairs(records, census=nearby.census)
    return [pair for pair in pairs if pair.left in wanted or pair.right in wanted]
