"""Who did what to whom, and who stepped in."""

from django.db import models
from django.db.models import Q

from aigaq.store.models.accounts import Episode, Mention, Source, Subject
from aigaq.store.models.rows import Recorded


class Act(Recorded):
    """A violation against a mention's person or another subject."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=60)
    victim = models.ForeignKey(Mention, models.PROTECT, null=True, related_name="acts")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="acts")
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, related_name="acts")
    began = models.CharField(max_length=80, blank=True)
    ended = models.CharField(max_length=80, blank=True)
    place_words = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="act_against_someone",
                condition=Q(victim__isnull=False) | Q(subject__isnull=False),
            ),
        )


class Involvement(Recorded):
    """Who took part in an act, and how."""

    act = models.ForeignKey(Act, models.PROTECT, related_name="involvements")
    body = models.ForeignKey(Subject, models.PROTECT, related_name="involvements")
    degree = models.CharField(max_length=60)
    certainty = models.PositiveSmallIntegerField(null=True)


class Intervention(Recorded):
    """A petition, letter, appeal or visit on behalf of victims."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="interventions")
    kind = models.CharField(max_length=60)
    addressee = models.TextField()
    on = models.CharField(max_length=80, blank=True)
    by = models.TextField(blank=True)
    response = models.CharField(max_length=60, blank=True)
    on_behalf_of = models.ManyToManyField(Mention, related_name="interventions")
