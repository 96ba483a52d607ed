"""What every table shares."""

from django.db import models


class Row(models.Model):
    """What every table shares: an id made before the insert."""

    id = models.UUIDField(primary_key=True, editable=False)

    class Meta:
        abstract = True


class Recorded(Row):
    """A row that an act brought into the archive."""

    event = models.ForeignKey("store.Event", models.PROTECT, related_name="+")

    class Meta:
        abstract = True
