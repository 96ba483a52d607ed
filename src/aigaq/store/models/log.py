"""The log: acts in their numbered order, signed checkpoints, what witnesses and time-stamp authorities say.

Numbering an act is inserting a row whose primary key is its place, and a checkpoint names the one before it,
once: of two who extend the log at the same time one is refused by the database, and tries again.
"""

from django.db import models
from django.db.models import F, Q

from aigaq.store.models.members import Event
from aigaq.store.models.rows import Recorded


class LogEntry(models.Model):
    """An act's place in the log, and the hash of its leaf (RFC 6962)."""

    index = models.PositiveBigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="log_entry")
    leaf_hash = models.BinaryField(max_length=32)


class Checkpoint(models.Model):
    """The log at one size, signed: the note's text as it was given away."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()
    at = models.DateTimeField()
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="checkpoint_grows",
                condition=Q(previous__isnull=True) | Q(size__gt=F("previous")),
            ),
        )


class Witness(Recorded):
    """A partner whose cosignatures count here: the key they gave, and where they answer, if anywhere."""

    key = models.CharField(max_length=300, unique=True)
    url = models.TextField(blank=True)


class Cosignature(models.Model):
    """A witness's signature under a checkpoint: the line as it stands in the note."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="cosignatures")
    line = models.TextField()

    class Meta:
        constraints = (models.UniqueConstraint("checkpoint", "witness", name="cosignature_once"),)


class Authority(Recorded):
    """A time-stamp authority asked here: its address, and the certificate that was pinned."""

    url = models.TextField(unique=True)
    certificate = models.TextField()  # PEM


class StampRequest(models.Model):
    """A checkpoint for which an authority was to give the time; without a token it still waits."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="stamp_requests")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="requests")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("checkpoint", "authority", name="stamp_request_once"),
        )


class Stamp(models.Model):
    """An authority's RFC 3161 token over a checkpoint's note, as it was received."""

    request = models.OneToOneField(StampRequest, models.PROTECT, related_name="stamp")
    token = models.BinaryField()
    at = models.DateTimeField()  # the time the token gives
