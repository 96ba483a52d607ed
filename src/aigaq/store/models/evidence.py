"""Evidence files and their chain of custody. Their bytes lie encrypted in the vault, a file each."""

from django.db import models

from aigaq.store.fields import SealedField
from aigaq.store.models.accounts import Source
from aigaq.store.models.members import Member
from aigaq.store.models.rows import Recorded


class Item(Recorded):
    """An evidence file, or a derivative of one.

    Its name, its plaintext's SHA-256 and what is known of its making are sealed in its compartment.
    """

    kind = models.CharField(max_length=40)
    compartment = models.CharField(max_length=20)
    blob = models.CharField(max_length=64, unique=True)  # SHA-256 of the age file, and its name
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="items")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="derivatives")
    tool = models.CharField(max_length=100, blank=True)
    name = SealedField()
    plaintext_sha256 = SealedField()
    details = SealedField(null=True)  # canonical JSON: device, place, who recorded …

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="item_not_its_own_parent",
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
            ),
        )


class ItemKey(models.Model):
    """The age secret key that opens an item's file, sealed in its compartment. In no act's tree."""

    item = models.OneToOneField(Item, models.PROTECT, primary_key=True, related_name="key")
    secret = SealedField()


class CustodyEvent(Recorded):
    """One entry in an item's chain of custody: who, when, what, why, hash before and after.

    From or to whom, why, and the hashes of the plaintext are sealed in the item's compartment.
    """

    item = models.ForeignKey(Item, models.PROTECT, related_name="custody")
    position = models.PositiveIntegerField()
    action = models.CharField(max_length=40)
    actor = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    happened = models.CharField(
        max_length=80, blank=True
    )  # EDTF, where it was before it was recorded
    party = SealedField(null=True)
    reason = SealedField(null=True)
    hash_before = SealedField(null=True)
    hash_after = SealedField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint("item", "position", name="custody_in_order"),)
