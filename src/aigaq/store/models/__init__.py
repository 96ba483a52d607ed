"""The tables. Every row that records something is written once; members' standing and keys change in place.

Who testified, how to reach them and who the volunteers are live in tables of their own, sealed.
"""

from django.db import models

from aigaq.store.models.accounts import (
    Affected,
    Claim,
    Episode,
    ImportedFile,
    Judgement,
    Leg,
    Mention,
    Source,
    Subject,
    Testifier,
)
from aigaq.store.models.erasure import Erased, KeptSalt
from aigaq.store.models.evidence import CustodyEvent, Item, ItemKey
from aigaq.store.models.intake import IntakeKey
from aigaq.store.models.log import (
    Authority,
    Checkpoint,
    Cosignature,
    LogEntry,
    Stamp,
    StampRequest,
    Witness,
)
from aigaq.store.models.members import Escrow, EscrowGrant, Event, Grant, Member
from aigaq.store.models.release import Approval, Consent, HarmDecision, PublicationBasis, Release
from aigaq.store.models.rows import Recorded
from aigaq.store.models.sealed_claims import SealedClaim
from aigaq.store.models.violations import Act, Intervention, Involvement

#: The tables whose rows are never edited; triggers in each database refuse it. Two things they let pass:
#: a row that `Erased` names goes, and a sealed column may be sealed anew (commitment and length stay).
APPEND_ONLY: tuple[type[models.Model], ...] = (
    Event,
    Source,
    ImportedFile,
    Mention,
    Subject,
    Episode,
    Leg,
    Claim,
    SealedClaim,
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
    LogEntry,
    Checkpoint,
    Witness,
    Cosignature,
    Authority,
    StampRequest,
    Stamp,
    Testifier,
    ItemKey,
    Escrow,
    IntakeKey,
    Erased,
    KeptSalt,
)

__all__ = [
    "APPEND_ONLY",
    "Act",
    "Affected",
    "Approval",
    "Authority",
    "Checkpoint",
    "Claim",
    "Consent",
    "Cosignature",
    "CustodyEvent",
    "Episode",
    "Erased",
    "Escrow",
    "EscrowGrant",
    "Event",
    "Grant",
    "HarmDecision",
    "ImportedFile",
    "IntakeKey",
    "Intervention",
    "Involvement",
    "Item",
    "ItemKey",
    "Judgement",
    "KeptSalt",
    "Leg",
    "LogEntry",
    "Member",
    "Mention",
    "PublicationBasis",
    "Recorded",
    "Release",
    "SealedClaim",
    "Source",
    "Stamp",
    "StampRequest",
    "Subject",
    "Testifier",
    "Witness",
]
