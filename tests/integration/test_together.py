"""Two at work at once, and batches that touch nobody else."""

import pytest
from django.db import IntegrityError

from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import Refused
from aigaq.records.ids import new_id
from aigaq.records.judgements import Judgement, Matter, Outcome
from aigaq.services.acts import act
from aigaq.services.importing import import_table
from aigaq.services.judging import add_judgements
from aigaq.services.people import identities
from aigaq.services.queue import accept_links
from aigaq.store import models

LIST = """
version: 1
shape: wide
source: {{key: {0}, kind: list, title: {0}, lang: en-Latn, voice: list,
  publication_basis: official_historical_list, basis_reason: made up}}
key: id
columns:
  name: {{property: name}}
  taken: {{property: arrest_date, dates: ["%Y"], episode: 1}}
"""


def test_what_somebody_else_recorded_meanwhile_is_said_in_a_line(admin):
    with pytest.raises(Refused, match="again"), act(admin, "import"):
        raise IntegrityError("UNIQUE constraint failed: store_source.key: 'MOTHERNAME'")


def test_a_batch_joins_the_arrests_of_nobody_else(admin):
    for name in ("one", "two"):
        text = "id,name,taken\n1,Ana,1976\n2,Eva,1977\n"
        import_table(admin, text.encode(), "l.csv", load_mapping(LIST.format(name), f"{name}.yaml"))
    with act(admin, "link") as recording:
        links = []
        for key, probability in (("1", 0.999), ("2", 0.85)):
            mentions = models.Mention.objects.filter(key=key).order_by("id")
            episodes = models.Episode.objects.filter(mention__key=key).order_by("id")
            for matter, (left, right) in ((Matter.PERSON, mentions), (Matter.EPISODE, episodes)):
                links.append(
                    Judgement(
                        new_id(),
                        matter,
                        left.id,
                        right.id,
                        Outcome.SAME,
                        recording.at,
                        probability=probability,
                    )
                )
        add_judgements(recording, links)
    assert accept_links(admin, 0.99) == 1
    heads = identities(Matter.EPISODE).confirmed
    joined = {
        key: len({heads[one.id] for one in models.Episode.objects.filter(mention__key=key)})
        for key in ("1", "2")
    }
    assert joined == {"1": 1, "2": 2}
