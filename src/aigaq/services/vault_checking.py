"""Whether the vault holds the file of every item as it was taken in, and what is sealed still opens."""

from collections.abc import Iterator
from uuid import UUID

from aigaq.adapters.blobs import digest_blob, list_blobs
from aigaq.services.actors import Actor
from aigaq.services.archive import Archive
from aigaq.services.rekeying import find_sealed
from aigaq.store import models
from aigaq.vault.listing import Finding
from aigaq.vault.sealing import COMMITTED, SealBroken, unseal, unseal_field


def check_vault(archive: Archive) -> Iterator[Finding | None]:
    """Check the encrypted file of every item against its hash.

    Whether the plaintext is what was recorded only `opening.check_item` can tell, with the compartment's key.

    Yields:
        None for a file that holds, a finding for one that does not.
    """
    blobs = _expected()
    for blob, item in blobs.items():
        found = digest_blob(archive.folder, blob)
        if found is None:
            yield Finding(f"item {item}", "has no file in the vault; restore it from a backup")
        elif found != blob:
            yield Finding(
                f"item {item}", "was altered: its file in the vault is not the one taken in"
            )
        else:
            yield None


def count_unknown(archive: Archive) -> int:
    """Return how many files of the vault belong to no item of this database.

    An intake that was cut off at its last moment leaves one; a database that was put back, many. They are
    never taken away: another copy of the database may hold their keys.
    """
    return len(set(list_blobs(archive.folder)) - _expected().keys())


def _expected() -> dict[str, UUID]:
    return dict(models.Item.objects.values_list("blob", "id").order_by("blob"))


def check_seals(actor: Actor) -> Iterator[Finding | None]:
    """Open everything sealed that the actor holds the key of: what was wrecked has its hash still.

    Yields:
        None for a field that opens and is what was recorded, a finding for one that does not.
    """
    for compartment, key in sorted(actor.keys.items()):
        for table, record, field, value in find_sealed(compartment):
            try:
                # What is in no act's tree has no commitment; that it opens is all that can be said of it.
                open_it = unseal_field if value.version == COMMITTED else unseal
                open_it(key, value, record=str(record), field=field)
            except SealBroken as error:
                problem = f"does not open ({field}): {error}; restore it from a backup"
                yield Finding(f"{table} {record}", problem)
            else:
                yield None
