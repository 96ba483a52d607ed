"""What may leave: consent, bases, harm decisions, releases and their approval."""

from django.db import models

from aigaq.store.models.accounts import Mention, Source, Testifier
from aigaq.store.models.members import Member
from aigaq.store.models.rows import Recorded


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
