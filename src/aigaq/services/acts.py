"""One act: permission, transaction and event row together. Every other service goes through here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db import models as django_models

from aigaq.adapters.clock import now
from aigaq.records.claims import Claim
from aigaq.records.errors import NotAllowed, Refused
from aigaq.records.ids import new_id
from aigaq.services.act_codes import act_code
from aigaq.services.actors import Actor
from aigaq.services.sealed_claims import compartment_of, seal_claims
from aigaq.store import models
from aigaq.store.bulk import insert_rows
from aigaq.store.rows import (
    CLAIM_COLUMNS,
    PLAIN_TABLES,
    claim_record,
    claim_values,
    plain_record,
    sealed_hashes,
    sealing_keys,
)
from aigaq.vault.act_tree import act_root, field_salt, record_root
from aigaq.vault.canonical import Json, canonical_json
from aigaq.vault.sealing import new_salt


class Recording:
    """An act under way: what it adds is collected here and hashed into its event row."""

    def __init__(self, actor: Actor, kind: str, at: datetime) -> None:
        self.event = new_id()
        self.actor = actor
        self.kind = kind
        self.at = at
        self.fields: dict[str, Json] = {}
        self._salt = new_salt()
        self._claim_roots: list[bytes] = []
        self._records: dict[str, bytes] = {}
        self._keys_held: set[str] = set()

    def add_claims(self, claims: Sequence[Claim]) -> None:
        """Store claims as part of this act; those of a compartment are sealed, and never stand in the open.

        Raises:
            NotAllowed: one belongs into a compartment that is locked for the actor.
        """
        hidden = [claim for claim in claims if compartment_of(claim.property)]
        self.add(models.SealedClaim, seal_claims(self.actor, self.event, hidden))
        rows = []
        affected = []
        for claim in claims:
            if compartment_of(claim.property):
                continue
            salt = new_salt()
            rows.append(claim_values(claim, self.event, len(self._claim_roots), salt))
            self._claim_roots.append(record_root(salt, claim_record(claim)))
            affected += [(claim.id, id) for id in claim.affects if id != claim.subject.id]
        insert_rows(models.Claim, CLAIM_COLUMNS, rows)
        insert_rows(models.Affected, ("claim_id", "mention_id"), affected)

    def add_records(self, records: Iterable[Mapping[str, Json]]) -> None:
        """Hash further records (judgements, consents) into this act, each under a salt of its own.

        They enter the tree in order of their `id`, so that it can be computed again from the tables.
        """
        for record in records:
            id = str(record["id"])
            self._records[id] = record_root(field_salt(self._salt, id), record)

    def add(self, model: type[django_models.Model], rows: Iterable[Any]) -> None:
        """Store rows of one table as part of this act; those of PLAIN_TABLES are hashed into it."""
        listed = list(rows)
        if model in PLAIN_TABLES:
            for row in listed:
                salt = field_salt(self._salt, str(row.id))
                self._records[str(row.id)] = record_root(
                    salt, plain_record(row), sealed_hashes(row)
                )
                self._hold_keys(sealing_keys(row))
        model._default_manager.bulk_create(listed, batch_size=2000)

    def trust_key(self, key_id: str) -> None:
        """Seal with a key that this act itself puts in force: who goes with it is not given it any more."""
        self._keys_held.add(key_id)

    def _hold_keys(self, key_ids: Iterable[str]) -> None:
        """Check that what was sealed will open: the actor holds those keys, and does until the act ends."""
        for key_id in set(key_ids) - self._keys_held:
            grants = models.Grant.objects.filter(member_id=self.actor.id, key_id=key_id)
            if not list(grants.select_for_update().values_list("id")):
                raise Refused(
                    f"the keys of this archive were changed since {self.actor.name} unlocked theirs; nothing "
                    "of this step was recorded, run it again"
                )
            self._keys_held.add(key_id)

    def event_row(self) -> models.Event:
        """Return the event row over everything collected."""
        fields = {
            **self.fields,
            "act": self.kind,
            "actor": str(self.actor.id),
            "at": self.at.isoformat(),
        }
        roots = self._claim_roots + [self._records[id] for id in sorted(self._records)]
        root = act_root(self._salt, fields, roots).hex()
        return models.Event(
            id=self.event,
            kind=self.kind,
            actor_id=self.actor.id,
            at=self.at,
            fields=canonical_json(fields).decode(),
            salt=self._salt,
            root=root,
            code=act_code(self.event, root),
            claims=len(self._claim_roots),
        )


def _require_standing(actor: Actor) -> None:
    """Check that the actor still is what they were when their session began, and stays so until the act ends.

    Raises:
        NotAllowed: they were removed, or given another role.
    """
    row = models.Member.objects.filter(id=actor.id).select_for_update(no_key=True)
    # There is none while the act is the one that makes its own actor the archive's first member.
    for active, role in row.values_list("active", "role"):
        if not active or role != actor.role:
            raise NotAllowed(
                f"what {actor.name} may do here was changed meanwhile; nothing of this step was recorded"
            )


@contextmanager
def act(
    actor: Actor, kind: str, fields: Mapping[str, Json] | None = None, *, permission: str = ""
) -> Iterator[Recording]:
    """Perform one act: check permission, open a transaction, write the event row last, commit.

    Args:
        actor: who acts.
        kind: what the act is called in the log.
        fields: what the log keeps of it besides its claims.
        permission: the permission asked for, where its name is not the kind's.

    Raises:
        NotAllowed: the actor's role does not permit it, or they are no member any more; nothing is written.
        Refused: somebody else recorded the same in the meantime; nothing is written.
    """
    actor.require(permission or kind)
    recording = Recording(actor, kind, now())
    recording.fields.update(fields or {})
    # The rows refer to the event before it exists: its foreign keys are checked at commit.
    try:
        with transaction.atomic():
            _require_standing(actor)
            yield recording
            recording.event_row().save(force_insert=True)
    except IntegrityError:
        # Without the database's own message, and not chained to it: that one quotes what was to be written.
        raise Refused(
            "what is here has changed meanwhile, perhaps by somebody else's import; nothing of this step was "
            "recorded, run it again"
        ) from None
