"""The archive's intake key: bundles are sealed to it where nothing can be opened."""

from django.db import models

from aigaq.store.fields import SealedField
from aigaq.store.models.rows import Recorded


class IntakeKey(Recorded):
    """An age key pair: anybody may seal to the public key, whoever holds `identity` opens.

    The newest is given out; older ones stay, for bundles that are still on their way.
    """

    public_key = models.CharField(max_length=80, unique=True)
    secret = SealedField()
