"""The sample archive, end to end: two sample members import, link, judge, publish and verify it."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import yaml

from aigaq.adapters.files import read_file
from aigaq.intake.mapping import load_mapping
from aigaq.records.errors import AigaqError
from aigaq.services.actors import Actor
from aigaq.services.approving import approve_release
from aigaq.services.archive import create_archive
from aigaq.services.checking import check_archive
from aigaq.services.importing import import_table
from aigaq.services.judgement_files import read_verdicts
from aigaq.services.judging import judge
from aigaq.services.linking import link
from aigaq.services.members import add_first_member, add_member, find_member
from aigaq.services.people import read_people
from aigaq.services.publishing import Published, check_site, propose, publish
from aigaq.services.recording import record_document
from aigaq.services.sequencing import extend_log
from aigaq.services.signing_in import sign_in

_PACKAGED = Path(__file__).parents[1] / "_shipped" / "samples" / "alash"
_CHECKOUT = Path(__file__).parents[3] / "samples" / "alash"

EDITOR = "Sample editor"
REVIEWER = "Sample reviewer"
TITLE = "The Alash generation: a sample archive"

type Say = Callable[[str], None]


def build_demo(folder: Path, passphrase: str, password: str, say: Say) -> Published:
    """Build the sample archive under `folder` and publish it to `folder/site`.

    Args:
        folder: an empty folder.
        passphrase: opens the sample archive.
        password: of both sample members.
        say: told what happened, a sentence at a time.

    Raises:
        AigaqError: a step went wrong, or what was written does not verify.
    """
    archive = create_archive(folder / "archive", passphrase)
    editor = add_first_member(EDITOR, password)
    add_member(editor, REVIEWER, "reviewer", password)
    _import(editor, say)
    _link(editor, say)
    done = _publish(editor, sign_in(find_member(REVIEWER), password), folder / "site", say)
    extend_log(archive)
    _verify(editor, folder / "site", say)
    return done


def _samples() -> Path:
    return _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT


def _import(editor: Actor, say: Say) -> None:
    folder = _samples()
    mapping = load_mapping((folder / "mapping.yaml").read_text("utf-8"), "mapping.yaml")
    report = import_table(
        editor,
        read_file(folder / "claims.csv"),
        "claims.csv",
        mapping,
        companions={"sources.csv": read_file(folder / "sources.csv")},
    )
    say(f"Imported {report.claims} claims in {report.mentions} accounts of the Alash generation.")
    subjects = record_document(
        editor, yaml.safe_load(read_file(folder / "subjects.yaml")), "subjects.yaml"
    )
    say(f"Recorded {subjects.subjects} places, bodies and figures they speak of.")


def _link(editor: Actor, say: Say) -> None:
    report = link(editor)
    say(
        f"The machine scored {report.pairs} pairs and linked {report.linked} provisionally; "
        f"{report.waiting} wait for a person."
    )
    for name in ("judgements.csv", "episode_judgements.csv"):
        text = read_file(_samples() / name).decode("utf-8-sig")
        verdicts = read_verdicts(list(csv.DictReader(io.StringIO(text))), name)
        judge(editor, verdicts, batch=f"the compiler's own judgements ({name})")
        what = "arrests" if "episode" in name else "persons"
        say(
            f"{editor.name} recorded {len(verdicts)} judgements about {what}, as the compiler made them."
        )
    people = list(read_people(editor, provisional=False))
    differ = sum(
        1 for person in people if any(one.kind == "differ" for one in person.disagreements)
    )
    say(f"{len(people)} people; about {differ} of them the sources contradict each other.")


def _publish(editor: Actor, reviewer: Actor, site: Path, say: Say) -> Published:
    release = propose(editor)
    approve_release(reviewer, release)
    say(f"{EDITOR} proposed the release, {REVIEWER} approved it.")
    done = publish(editor, site, title=TITLE, draft=False)
    say(f"Published {done.people} people in {done.files} files.")
    return done


def _verify(editor: Actor, site: Path, say: Say) -> None:
    wrong = [*check_site(site), *(one for one in check_archive(editor) if one is not None)]
    if wrong:
        raise AigaqError(f"the sample does not verify: {wrong[0].path} {wrong[0].problem}")
    say("Verified: every act in the archive and every file of the site is as it was written.")
