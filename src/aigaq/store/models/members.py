"""Who works in the archive, what they hold, and what was done."""

from django.db import models

from aigaq.store.fields import SealedField
from aigaq.store.models.rows import Recorded, Row


class Member(Row):
    """Someone who works in the archive: a sealed name, a role, and a keypair only they can unlock.

    The name is sealed in the operators compartment; `lookup` finds the row for whoever types it
    (`services/roster.py`). The column `name` holds what older archives kept in the open, until it is sealed.
    """

    name = models.CharField(max_length=80, unique=True, null=True)
    sealed_name = SealedField(null=True)
    lookup = models.CharField(max_length=64, unique=True, null=True)
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
    code = models.BinaryField(max_length=32, null=True)  # services/act_codes.py

    class Meta:
        indexes = (models.Index(fields=["at"]),)


class Escrow(Recorded):
    """A key pair nobody here can use: its secret is split into shares that people elsewhere keep.

    The newest is in force; older ones have no grants any more.
    """

    public_key = models.CharField(max_length=80)
    threshold = models.PositiveSmallIntegerField()
    shares = models.PositiveSmallIntegerField()


class EscrowGrant(models.Model):
    """A compartment's key, wrapped to the escrow's public key."""

    escrow = models.ForeignKey(Escrow, models.PROTECT, related_name="grants")
    compartment = models.CharField(max_length=20)
    key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint("escrow", "compartment", "key_id", name="escrow_grant_once"),
        )
