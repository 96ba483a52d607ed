"""Claims that live in a compartment: what they say, and about which matter, is sealed."""

from django.db import models
from django.db.models import Q

from aigaq.store.fields import SealedField
from aigaq.store.models.accounts import Mention, Source, Subject
from aigaq.store.models.rows import Recorded


class SealedClaim(Recorded):
    """A claim of a property that belongs to a compartment (`vocab/properties.yaml`: sensitivity).

    In the open stand its source and whose account it is part of, which erasure needs. Everything else is
    sealed as one, padded: property, state, value, words, place in the source. A table of its own, so that
    what links, searches or publishes claims never meets them.
    """

    compartment = models.CharField(max_length=20)
    mention = models.ForeignKey(Mention, models.PROTECT, null=True, related_name="sealed_claims")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="sealed_claims")
    source = models.ForeignKey(Source, models.PROTECT, related_name="sealed_claims")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="superseded_by"
    )
    told = SealedField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="sealed_claim_one_subject",
                condition=Q(mention__isnull=False, subject__isnull=True)
                | Q(mention__isnull=True, subject__isnull=False),
            ),
        )
        indexes = (models.Index(fields=["compartment"], name="store_seale_compart_idx"),)
