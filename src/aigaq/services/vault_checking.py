"""Whether the vault holds the file of every item as it was taken in; no key is needed for that."""

from collections.abc import Iterator

from aigaq.adapters.blobs import digest_blob
from aigaq.services.archive import Archive
from aigaq.store import models
from aigaq.vault.listing import Finding


def check_vault(archive: Archive) -> Iterator[Finding | None]:
    """Check the encrypted file of every item against its hash.

    Whether the plaintext is what was recorded only `opening.check_item` can tell, with the compartment's key.

    Yields:
        None for a file that holds, a finding for one that does not.
    """
    blobs = dict(models.Item.objects.values_list("blob", "id").order_by("blob"))
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
