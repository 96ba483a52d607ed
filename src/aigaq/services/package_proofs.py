"""The proofs of a package out of the log: checkpoints, paths, what witnesses and authorities say."""

from collections.abc import Mapping, Sequence

from aigaq.records.errors import Refused
from aigaq.services.act_records import read_acts
from aigaq.services.archive import Archive
from aigaq.services.package_records import show_own_fields
from aigaq.services.sequencing import extend_log, read_tree
from aigaq.services.stamping import authority_name
from aigaq.store import models
from aigaq.vault.package import CheckpointProof, proof_files
from aigaq.vault.proofs import prove_inclusion

_SHOWN = ("act", "at", "contents")


def known_outsiders() -> Mapping[str, bytes]:
    """Return the witnesses' keys and the authorities' certificates, as this archive has them pinned."""
    keys = models.Witness.objects.order_by("key").values_list("key", flat=True)
    files = {"proof/witnesses.txt": "".join(f"{key}\n" for key in keys).encode()} if keys else {}
    for row in models.Authority.objects.all():
        files[f"proof/authorities/{authority_name(row)}.pem"] = row.certificate.encode()
    return files


def prove(archive: Archive, export: models.Event, acts: Sequence[int]) -> Mapping[str, bytes]:
    """Put the act of packaging into the log and return the files that prove it and the others.

    Args:
        archive: whose log.
        export: the act of packaging.
        acts: places in the log of every other act shown.
    """
    newest = extend_log(archive)
    if newest is None:
        raise Refused("the log has no checkpoint; run this again")
    place = models.LogEntry.objects.get(event=export).index
    stored = next(read_acts([export]))
    checkpoints = _covering_checkpoints([*acts, place], newest.size)
    tree = read_tree(archive)
    proofs = []
    for size, covered in checkpoints.items():
        row = models.Checkpoint.objects.get(size=size)
        paths = {one: prove_inclusion(tree, one, size) for one in covered}
        proofs.append(CheckpointProof(size, row.note.encode(), paths, _lines(row), _tokens(row)))
    return proof_files(show_own_fields(stored, place, _SHOWN), proofs)


def _lines(row: models.Checkpoint) -> Sequence[str]:
    return list(row.cosignatures.order_by("witness__key").values_list("line", flat=True))


def _tokens(row: models.Checkpoint) -> Mapping[str, bytes]:
    stamps = models.Stamp.objects.filter(request__checkpoint=row).select_related(
        "request__authority"
    )
    return {authority_name(one.request.authority): bytes(one.token) for one in stamps}


def _covering_checkpoints(acts: Sequence[int], newest: int) -> Mapping[int, Sequence[int]]:
    """Return size → the acts it proves: for every act the newest checkpoint, and the first seen from outside.

    Args:
        acts: places in the log.
        newest: size of the newest checkpoint, which covers them all.
    """
    seen = models.Checkpoint.objects.filter(stamp_requests__stamp__isnull=False)
    cosigned = models.Checkpoint.objects.filter(cosignatures__isnull=False)
    found: dict[int, set[int]] = {newest: set(acts)}
    for rows in (seen, cosigned):
        sizes = sorted(set(rows.values_list("size", flat=True)))
        for act in acts:
            first = next((size for size in sizes if size > act), None)
            if first is not None:
                found.setdefault(first, set()).add(act)
    return {size: sorted(covered) for size, covered in sorted(found.items())}
