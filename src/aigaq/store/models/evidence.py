"""Evidence files and their chain of custody."""

from django.db import models

from aigaq.store.models.accounts import Source
from aigaq.store.models.members import Member
from aigaq.store.models.rows import Recorded


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
