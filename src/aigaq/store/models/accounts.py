"""What sources say: sources, accounts of people, claims, and the decisions about who is one person."""

from django.db import models
from django.db.models import F, Q

from aigaq.store.fields import SealedField
from aigaq.store.models.members import Member
from aigaq.store.models.rows import Recorded


class Testifier(Recorded):
    """Who gives testimony. Every column but the ids is sealed in the identity compartment."""

    __test__ = False  # no test class, whatever its name begins with

    name = SealedField()
    contact = SealedField(null=True)
    relation = SealedField(null=True)


class Source(Recorded):
    """Where information comes from."""

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200, blank=True)
    title = models.TextField()
    citation = models.TextField(blank=True)
    url = models.TextField(blank=True)
    lang = models.CharField(max_length=40, blank=True)
    licence = models.TextField(blank=True)
    voice = models.CharField(max_length=40, blank=True)
    dated = models.CharField(max_length=80, blank=True)
    independent_of = models.CharField(max_length=200, blank=True)
    testifier = models.ForeignKey(Testifier, models.PROTECT, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="source_key_once"),
        )


class ImportedFile(Recorded):
    """A table that was read whole, so that a claim's locator can name its file."""

    sha256 = models.CharField(max_length=64, unique=True)
    # Always "" by now: files are called after who testified, and a name would outlive an erasure.
    name = models.CharField(max_length=255)


class Mention(Recorded):
    """One source's account of one person."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="mentions")
    key = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("source", "key", name="mention_once"),)
        indexes = (models.Index(fields=["recorded_at", "id"]),)


class Subject(Recorded):
    """A facility, site, body, group, policy, event or figure; all that is known of it is claims."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200, unique=True)


class Episode(Recorded):
    """A deprivation of liberty as one mention tells it."""

    mention = models.ForeignKey(Mention, models.PROTECT, related_name="episodes")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint("mention", "position", name="episode_once"),)


class Leg(Recorded):
    """A stage of an episode."""

    episode = models.ForeignKey(Episode, models.PROTECT, related_name="legs")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint("episode", "position", name="leg_once"),)


class Claim(Recorded):
    """One property and value, as one source gives it. Corrected by a claim that supersedes it."""

    position = models.PositiveIntegerField()  # within its event
    salt = models.BinaryField()
    mention = models.ForeignKey(Mention, models.PROTECT, null=True, related_name="claims")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="claims")
    property = models.CharField(max_length=60)
    state = models.CharField(max_length=12)
    value = models.TextField(blank=True)
    words = models.TextField(blank=True)
    lang = models.CharField(max_length=40, blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="claims")
    file = models.CharField(max_length=64, blank=True)
    row = models.PositiveIntegerField(null=True)
    column = models.TextField(blank=True)
    page = models.CharField(max_length=40, blank=True)
    timecode = models.CharField(max_length=20, blank=True)
    span_start = models.PositiveIntegerField(null=True)
    span_end = models.PositiveIntegerField(null=True)
    voice = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=40, blank=True)
    hops = models.PositiveSmallIntegerField(null=True)
    certainty = models.PositiveSmallIntegerField(null=True)
    said_on = models.CharField(max_length=80, blank=True)
    recorded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    episode = models.ForeignKey(Episode, models.PROTECT, null=True, related_name="claims")
    leg = models.ForeignKey(Leg, models.PROTECT, null=True, related_name="claims")
    place = models.CharField(max_length=20, blank=True)
    generated_by = models.CharField(max_length=80, blank=True)
    qualifier = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="claim_one_subject",
                condition=Q(mention__isnull=False, subject__isnull=True)
                | Q(mention__isnull=True, subject__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_value_iff_known",
                condition=(Q(state="known") & ~Q(value="")) | (~Q(state="known") & Q(value="")),
            ),
            models.CheckConstraint(
                name="claim_state",
                condition=Q(state__in=["known", "unknown", "not_asked", "not_stated", "refused"]),
            ),
            models.CheckConstraint(
                name="claim_certainty",
                condition=Q(certainty__isnull=True) | Q(certainty__range=(1, 3)),
            ),
            models.CheckConstraint(
                name="claim_leg_in_episode",
                condition=Q(leg__isnull=True) | Q(episode__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_not_its_own_correction",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
            ),
            models.UniqueConstraint("event", "position", name="claim_place_in_event"),
        )
        indexes = (models.Index(fields=["property"]),)


class Affected(models.Model):
    """A mention that a claim touches besides its subject, such as the relative it names."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="affected")
    mention = models.ForeignKey(Mention, models.PROTECT, related_name="affected_by")

    class Meta:
        constraints = (models.UniqueConstraint("claim", "mention", name="affected_once"),)


class Judgement(Recorded):
    """A decision that two mentions, or two episodes, are or aren't the same."""

    left_mention = models.ForeignKey(Mention, models.PROTECT, null=True, related_name="+")
    right_mention = models.ForeignKey(Mention, models.PROTECT, null=True, related_name="+")
    left_episode = models.ForeignKey(Episode, models.PROTECT, null=True, related_name="+")
    right_episode = models.ForeignKey(Episode, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    probability = models.FloatField(null=True)
    evidence = models.TextField(blank=True)
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawn_by")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="judgement_one_matter",
                condition=Q(
                    left_mention__isnull=False,
                    right_mention__isnull=False,
                    left_episode__isnull=True,
                    right_episode__isnull=True,
                )
                | Q(
                    left_mention__isnull=True,
                    right_mention__isnull=True,
                    left_episode__isnull=False,
                    right_episode__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="judgement_of_two",
                condition=(Q(left_mention__isnull=True) | ~Q(left_mention=F("right_mention")))
                & (Q(left_episode__isnull=True) | ~Q(left_episode=F("right_episode"))),
            ),
            models.CheckConstraint(
                name="judgement_outcome",
                condition=Q(outcome__in=["same", "different", "undecided"]),
            ),
            models.CheckConstraint(
                name="judgement_machine_is_never_sure",
                condition=Q(decided_by__isnull=False)
                | (Q(probability__isnull=False) & ~Q(outcome="different")),
            ),
        )
