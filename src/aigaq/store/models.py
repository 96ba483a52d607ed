"""The tables. Every row that records something is written once; only members' standing changes in place.

Who testified, how to reach them and who the volunteers are live in tables of their own, sealed.
"""

from django.db import models
from django.db.models import F, Q

from aigaq.store.fields import SealedField


class Row(models.Model):
    """What every table shares: an id made before the insert."""

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        abstract = True


class Member(Row):
    """Someone who works in the archive: a name within it, a role, and a keypair only they can unlock."""

    name = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=20)
    active = models.BooleanField(default=True)
    public_key = models.CharField(max_length=80)
    password_salt = models.BinaryField()
    private_key = SealedField()


class Grant(models.Model):
    """A compartment's key, wrapped to one member's public key."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="grants")
    compartment = models.CharField(max_length=20)
    key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint("member", "compartment", "key_id", name="grant_once"),
        )


class Event(Row):
    """One act: who did what, when, and the root over its fields and claims. Never changed."""

    kind = models.CharField(max_length=40)
    actor = models.ForeignKey(Member, models.PROTECT, null=True)
    at = models.DateTimeField()
    fields = models.TextField()  # canonical JSON
    salt = models.BinaryField()
    root = models.CharField(max_length=64)
    claims = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["at"]),)


class Recorded(Row):
    """A row that an act brought into the archive."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Testifier(Recorded):
    """Who gives testimony. Every column but the id is sealed in the identity compartment."""

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


class Consent(Recorded):
    """One version of what a testifier allows (reference 03 §3.3)."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="consents")
    testifier = models.ForeignKey(Testifier, models.PROTECT, related_name="consents")
    version = models.PositiveIntegerField()
    about = models.CharField(max_length=20)
    purposes = models.JSONField()
    audience = models.CharField(max_length=40)
    identity_mode = models.CharField(max_length=40)
    place_granularity = models.CharField(max_length=20)
    date_granularity = models.CharField(max_length=20)
    words_reviewed = models.BooleanField(default=False)
    withhold = models.JSONField(default=list)
    until = models.DateField(null=True)
    withdrawn = models.BooleanField(default=False)
    details = models.JSONField(
        default=dict
    )  # explanation, form, recording, withdrawal: see CONSENT_DETAILS

    class Meta:
        constraints = (
            models.UniqueConstraint("source", "testifier", "version", name="consent_version_once"),
        )


class PublicationBasis(Recorded):
    """Why a source may be published without its speaker's consent."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="bases")
    kind = models.CharField(max_length=40)
    reason = models.TextField()
    recorded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    withdraws = models.OneToOneField("self", models.PROTECT, null=True, related_name="withdrawn_by")


class HarmDecision(Recorded):
    """A reviewer's decision whether releasing a mention could hurt someone; the newest counts."""

    mention = models.ForeignKey(Mention, models.PROTECT, related_name="harm_decisions")
    purpose = models.CharField(max_length=40)
    allow = models.BooleanField()
    reason = models.TextField()
    decided_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()


class Item(Recorded):
    """An evidence file, or a derivative of one."""

    kind = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="items")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="derivatives")
    tool = models.CharField(max_length=100, blank=True)


class CustodyEvent(Recorded):
    """One entry in an item's chain of custody."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="custody")
    position = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    actor = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    hash_before = models.CharField(max_length=64, blank=True)
    hash_after = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint("item", "position", name="custody_in_order"),)


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


class Release(Recorded):
    """A release somebody proposed: the digest of exactly what would leave, and what it rests on."""

    digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=40)
    audience = models.CharField(max_length=40)
    proposed_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    relied_on = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint("digest", "purpose", "audience", name="release_once"),
        )


class Approval(Recorded):
    """A second member's approval of a release."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="approvals")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint("release", "member", name="approval_once"),)


#: The tables whose rows are never updated or deleted; a trigger in each database refuses it.
APPEND_ONLY: tuple[type[models.Model], ...] = (
    Event,
    Source,
    ImportedFile,
    Mention,
    Subject,
    Episode,
    Leg,
    Claim,
    Affected,
    Judgement,
    Consent,
    PublicationBasis,
    HarmDecision,
    Item,
    CustodyEvent,
    Act,
    Involvement,
    Intervention,
    Release,
    Approval,
)
