"""`aigaq verify`: does it hold, and if not, where."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import digest, read_file
from aigaq.cli.session import AsOption, JsonOption, open_session, show_progress
from aigaq.records.errors import BadInput
from aigaq.services.archive import read_verifier_key
from aigaq.services.checking import check_acts, check_guards, count_acts
from aigaq.services.log_checking import check_log, check_log_folder, describe_log
from aigaq.services.log_files import CHECKPOINT, KEY, read_key, remember
from aigaq.services.package_checking import MARKER as PACKAGE
from aigaq.services.package_checking import check_package, describe_package
from aigaq.services.publishing import MANIFEST, check_site
from aigaq.services.stamping import check_stamps
from aigaq.services.vault_checking import check_seals, check_vault, count_unknown
from aigaq.services.witnessing import check_cosignatures
from aigaq.vault.listing import Finding
from aigaq.vault.notes import VerifierKey


def verify(
    path: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="An archive, its log, a package, or a published site."),
    ],
    key: Annotated[
        str, typer.Option(help="The log's key, or a file with it, as you had it from elsewhere.")
    ] = "",
    seen: Annotated[
        list[Path] | None,
        typer.Option(
            help="A checkpoint you were once given, or a witness's folder: what the log must contain."
        ),
    ] = None,
    bag: Annotated[
        str,
        typer.Option(help="Of a package: the SHA-256 of its tag manifest, as you were told it."),
    ] = "",
    unlock: Annotated[
        bool, typer.Option("--unlock", help="Of an archive: also open all that is sealed for you.")
    ] = False,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Check an archive, a log, a package or a published site: exit 0 when it holds, 1 when it does not."""
    expected = read_key(key) if key else None
    established = True
    if (path / "archive.json").is_file():
        findings, held = _verify_archive(
            path, as_name, expected or read_verifier_key(path), seen or (), unlocked=unlock
        )
    elif (path / CHECKPOINT).is_file():
        theirs = expected or read_key(str(path / KEY))
        findings, held = check_log_folder(path, theirs, remember(seen or (), theirs))
        established = expected is not None
    elif (path / PACKAGE).is_file():
        verdict = check_package(path, expected, bag)
        findings, established = verdict.findings, verdict.established
        held = describe_package(verdict)
    elif (path / MANIFEST).is_file():
        _refuse_for_a_site(path, {"--key": bool(key), "--seen": bool(seen), "--bag": bool(bag)})
        findings = check_site(path)
        held = (
            f"every file is as it was written. {MANIFEST} has SHA-256 "
            f"{digest(read_file(path / MANIFEST))}; compare it with the one its publisher gives"
        )
    else:
        raise BadInput(
            f"{path}: is neither an archive, nor a log, nor a package, nor a site that Aigaq published"
        )
    _report(path, findings, held, established=established, as_json=as_json)


def _refuse_for_a_site(path: Path, given: Mapping[str, bool]) -> None:
    # Passed over in silence, "holds" would be taken for more than it says.
    if asked := [option for option, was_given in given.items() if was_given]:
        raise BadInput(
            f"{path}: is a site and carries no signature, so {' and '.join(asked)} can't check it; leave it "
            f"out and compare the SHA-256 of its {MANIFEST} with the one its publisher gives"
        )


def _verify_archive(
    path: Path, as_name: str, key: VerifierKey, seen: Sequence[Path], *, unlocked: bool
) -> tuple[Sequence[Finding], str]:
    # What may be false is not signed: the log is not extended by the command that checks it.
    session = open_session(path, as_name, unlocked=unlocked, extend=False)
    findings: list[Finding] = []
    erased = 0
    total = count_acts()
    with show_progress("acts") as progress:
        for done, act in enumerate(check_acts(session.actor), start=1):
            progress(min(done, total), total)
            erased += act.erased
            if act.finding is not None:
                findings.append(act.finding)
    findings += check_guards()
    files = list(check_vault(session.archive))
    seals = list(check_seals(session.actor))
    findings += [one for one in (*files, *seals) if one is not None]
    findings += check_log(session.archive, key, remember(seen, key))
    findings += check_cosignatures()
    findings += check_stamps()
    gone = f"; of them {erased} records were erased" if erased else ""
    evidence = f"{_describe_files(len(files))}{_describe_unknown(count_unknown(session.archive))}"
    evidence += f" {len(seals)} sealed fields open." if unlocked else ""
    held = f"{total} acts give the roots they were recorded with{gone}.{evidence} {describe_log()}"
    return findings, held


def _describe_files(count: int) -> str:
    if not count:
        return ""
    return (
        f" {count} files in the vault are as they were taken in."
        if count != 1
        else " One file in the vault is as it was taken in."
    )


def _describe_unknown(count: int) -> str:
    if not count:
        return ""
    return (
        f" Files in the vault that belong to no item of this database: {count} (an intake was cut off at its "
        "last moment, or this database is not the newest)."
    )


def _report(
    path: Path, findings: Sequence[Finding], held: str, *, established: bool, as_json: bool
) -> None:
    if as_json:
        wrong = [{"path": one.path, "problem": one.problem} for one in findings]
        said = {
            "holds": established and not findings,
            "signer_established": established,
            "findings": wrong,
        }
        typer.echo(json.dumps(said, ensure_ascii=False))
    elif findings:
        typer.echo(f"{path}: does not hold")
        for one in findings:
            typer.echo(f"  {one.path} {one.problem}")
    elif not established:
        typer.echo(
            f"{path}: consistent, signer not established: {held}. Give the key its owner told you with --key"
        )
    else:
        typer.echo(f"{path}: holds: {held}")
    if findings or not established:
        raise typer.Exit(1)
