"""What was erased at a speaker's wish: that it was there, the bare hash it had, and nothing else of it."""

from django.db import models

from aigaq.store.models.members import Event
from aigaq.store.models.rows import Recorded


class Erased(Recorded):
    """A record that was destroyed; the id is the one it had. The database lets go only what stands here.

    Its salt is gone with it, so that the root by which its act still verifies can't be confirmed by guessing.
    """

    table = models.CharField(max_length=40)
    brought_by = models.ForeignKey(Event, models.PROTECT, related_name="erased")
    position = models.PositiveIntegerField(null=True)  # of a claim, within its act
    root = models.CharField(max_length=64)


class KeptSalt(models.Model):
    """The salt of a record, or of a field of its own, that stays in an act of which something was erased.

    The act's own salt, from which those of the erased records could be derived again, is emptied.
    """

    brought_by = models.ForeignKey(Event, models.PROTECT, related_name="kept_salts")
    name = models.CharField(max_length=60)
    salt = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint("brought_by", "name", name="kept_salt_once"),)
