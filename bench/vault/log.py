"""The log's speed: appends in batches, one proof in a million leaves, the check of 100,000 acts.

    python bench/vault/log.py

Everything is measured in one run on an embedded (SQLCipher) archive in a temporary folder. Every act brings
one claim, so that its check recomputes two records. Seconds are wall-clock time; CPU time stands beside them,
for a machine that does other work as well.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from aigaq.store.settings import prepare

prepare()

from django.db import transaction  # noqa: E402

from aigaq.adapters.clock import now  # noqa: E402
from aigaq.records.claims import Claim, Subject, SubjectKind  # noqa: E402
from aigaq.records.ids import new_id  # noqa: E402
from aigaq.services.actors import Actor  # noqa: E402
from aigaq.services.acts import Recording, act  # noqa: E402
from aigaq.services.archive import Archive, create_archive  # noqa: E402
from aigaq.services.checking import check_acts  # noqa: E402
from aigaq.services.log_checking import check_log  # noqa: E402
from aigaq.services.log_files import tile_reader  # noqa: E402
from aigaq.services.members import add_first_member  # noqa: E402
from aigaq.services.sequencing import extend_log  # noqa: E402
from aigaq.store import models  # noqa: E402
from aigaq.vault.merkle import hash_leaf  # noqa: E402
from aigaq.vault.proofs import prove_inclusion, verify_inclusion  # noqa: E402
from aigaq.vault.tiles import TileTree, grow  # noqa: E402

ACTS = 100_000
BATCH = 5_000
LEAVES = 1_000_000
PROOFS = 200


@contextmanager
def measured(label: str, count: int = 0) -> Iterator[None]:
    """Print how long the block took."""
    wall, used = time.perf_counter(), time.process_time()
    yield
    wall, used = time.perf_counter() - wall, time.process_time() - used
    rate = f" · {count / wall:,.0f} a second ({count / used:,.0f} a second of CPU)" if count else ""
    print(f"{label}: {wall:.2f} s, of CPU {used:.2f} s{rate}", flush=True)


def record_acts(actor: Actor, mention: models.Mention, count: int) -> None:
    """Record acts of one claim each, as services/acts.py does but a batch in one transaction."""
    events = []
    at = now()
    with transaction.atomic():
        for place in range(count):
            recording = Recording(actor, "record", at + timedelta(microseconds=place))
            claim = Claim(
                id=new_id(), subject=Subject(SubjectKind.MENTION, mention.id), property="name",
                source=mention.source_id, recorded_by=actor.id, recorded_at=recording.at,
                value=f"Әлихан {place}", words=f"Әлихан {place}", lang="kk-Cyrl", affects=(mention.id,),
            )  # fmt: skip
            recording.add_claims([claim])
            events.append(recording.event_row())
        models.Event.objects.bulk_create(events)


def make_mention(actor: Actor) -> models.Mention:
    """Store the account that all claims are about."""
    with act(actor, "record") as recording:
        source = models.Source(
            id=new_id(), event_id=recording.event, kind="list", title="A list", key="list"
        )
        recording.add(models.Source, [source])
        mention = models.Mention(
            id=new_id(), event_id=recording.event, source_id=source.id, key="1", recorded_at=now()
        )
        recording.add(models.Mention, [mention])
    return mention


def measure_appends(archive: Archive, actor: Actor, mention: models.Mention) -> None:
    """Number, sign and write out batches; the acts are recorded beforehand and not counted."""
    wall = used = 0.0
    for _ in range(ACTS // BATCH):
        record_acts(actor, mention, BATCH)
        start, before = time.perf_counter(), time.process_time()
        extend_log(archive)
        wall, used = wall + time.perf_counter() - start, used + time.process_time() - before
    print(
        f"append {ACTS:,} acts in batches of {BATCH:,}: {wall:.2f} s, of CPU {used:.2f} s · "
        f"{ACTS / wall:,.0f} a second ({ACTS / used:,.0f} a second of CPU)",
        flush=True,
    )


def measure_proofs(folder: Path) -> None:
    """Prove leaves of a log of a million, reading its tiles from disk anew for each."""
    entries = [sha256(number.to_bytes(8)).digest() for number in range(LEAVES)]
    for path, data in grow(lambda _: None, 0, entries).items():
        if not path.startswith("tile/entries"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
    read = tile_reader(folder)
    root = TileTree(read, LEAVES).root(0, LEAVES)
    took = []
    for number in range(PROOFS):
        index = number * 7_919 * 631 % LEAVES
        start = time.process_time()
        path = prove_inclusion(TileTree(read, LEAVES), index, LEAVES)
        took.append(time.process_time() - start)
        assert verify_inclusion(hash_leaf(entries[index]), index, LEAVES, path, root)
    took.sort()
    print(
        f"proof of one leaf in {LEAVES:,}: median {took[PROOFS // 2] * 1000:.2f} ms of CPU, "
        f"slowest of {PROOFS} {took[-1] * 1000:.2f} ms",
        flush=True,
    )


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archive = create_archive(folder / "archive", "a passphrase")
        actor = add_first_member("Ana", "a password")
        mention = make_mention(actor)
        measure_appends(archive, actor, mention)
        with measured(f"check the records of {ACTS:,} acts", ACTS):
            assert all(one.finding is None for one in check_acts(actor))
        with measured("check the log: entries, checkpoints, tiles", ACTS):
            assert check_log(archive, archive.log_key.verifier, {}) == ()
        measure_proofs(folder / "million")


if __name__ == "__main__":
    main()
