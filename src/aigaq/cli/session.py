"""What every command shares: which archive, who acts, secrets, errors to exit codes, progress."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from django.db import OperationalError

from aigaq.adapters.files import read_text
from aigaq.records.errors import AigaqError, BadInput, Locked
from aigaq.services.actors import Actor
from aigaq.services.archive import Archive, open_archive
from aigaq.services.members import find_member
from aigaq.services.sequencing import extend_log
from aigaq.services.signing_in import sign_in

ArchiveOption = Annotated[
    Path | None,
    typer.Option("--archive", envvar="AIGAQ_ARCHIVE", help="The archive's folder.", metavar="D"),
]
AsOption = Annotated[
    str,
    typer.Option("--as", help="The member who acts; the only one if there is one.", metavar="NAME"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@dataclass(frozen=True, slots=True)
class Session:
    """An opened archive and the member at work."""

    archive: Archive
    actor: Actor


#: Archives opened by this command, whose logs are extended when it ends.
_OPENED: list[Archive] = []


def open_session(
    archive: Path | None, name: str, *, unlocked: bool = False, extend: bool = True
) -> Session:
    """Open the archive and find the member.

    Args:
        archive: the folder, or None when neither `--archive` nor AIGAQ_ARCHIVE says.
        name: the member, or "" for the only one.
        unlocked: whether sealed columns are needed; the member's password is then asked for.
        extend: whether the log is extended when the command ends; a check must not sign what it doubts.

    Raises:
        BadInput: no archive is named, or a secret is missing.
    """
    opened = open_archive(
        choose_archive(archive), read_secret("AIGAQ_PASSPHRASE", "Passphrase of the archive")
    )
    if extend:
        _OPENED.append(opened)
    actor = find_member(name)
    session = Session(opened, actor)
    return unlock_session(session) if unlocked else session


def unlock_session(session: Session) -> Session:
    """Return the session with the member's keys unlocked by their password.

    Raises:
        BadInput: there is no password and no terminal to ask at.
        NotAllowed: it is the wrong one.
    """
    password = read_secret("AIGAQ_MEMBER_PASSWORD", f"Password of {session.actor.name}")
    return replace(session, actor=sign_in(session.actor, password))


def run_unlocked[T](session: Session, work: Callable[[Actor], T]) -> tuple[Session, T]:
    """Do what may turn out to need the member's keys; only then is their password asked for.

    Args:
        session: of the member, locked or not.
        work: finds out before it writes anything that it lacks a key (`Locked`).

    Returns:
        The session, unlocked if it had to be, and what `work` returned.
    """
    try:
        return session, work(session.actor)
    except Locked:
        if session.actor.unlocked:
            raise
    session = unlock_session(session)
    return session, work(session.actor)


def choose_archive(archive: Path | None) -> Path:
    """Return the archive's folder.

    Raises:
        BadInput: neither `--archive` nor AIGAQ_ARCHIVE says which.
    """
    if archive is None:
        raise BadInput("say which archive with --archive D or AIGAQ_ARCHIVE")
    return archive


def read_secret(variable: str, prompt: str, *, new: bool = False) -> str:
    """Return a secret from `VARIABLE_FILE`, from `VARIABLE`, or typed at a terminal.

    Args:
        variable: its name, without `_FILE`.
        prompt: what it is, for whoever types it.
        new: it is chosen now, so it is typed twice: a slip would lock everybody out.

    Raises:
        BadInput: there is none and no terminal to ask at.
    """
    found = find_secret(variable)
    if found:
        return found
    if not sys.stdin.isatty():
        raise BadInput(
            f"set {variable}_FILE to a file that holds the secret, or run this at a terminal"
        )
    typed: str = typer.prompt(prompt, hide_input=True, confirmation_prompt=new, err=True)
    return typed


def read_id(text: str, hint: str = "") -> UUID:
    """Return an id given on the command line.

    Args:
        text: as typed.
        hint: what stands after “is no id”: of what, or where ids are listed.

    Raises:
        BadInput: it is no UUID.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(f"{text!r} is no id{hint}") from error


def find_secret(variable: str) -> str:
    """Return a secret from the environment, or ""."""
    if path := os.environ.get(f"{variable}_FILE"):
        return read_text(Path(path)).strip("\r\n")
    return os.environ.get(variable, "")


@contextmanager
def logs_extended_at_the_end() -> Iterator[None]:
    """Number and sign what the command did, also when it was broken off: its acts are committed by then."""
    try:
        yield
    finally:
        while _OPENED:
            extend_log(_OPENED.pop())


@contextmanager
def errors_to_exit_codes() -> Iterator[None]:
    """Turn a refusal into its one line on stderr: exit 2 for bad input, 1 when the answer is no."""
    try:
        yield
    except AigaqError as error:
        typer.echo(f"aigaq: {error}", err=True)
        raise SystemExit(2 if isinstance(error, BadInput) else 1) from None
    except (OSError, OperationalError) as error:
        # A full or failing disk. Unlike other errors of a database these quote nothing of what was written.
        said = str(error).strip().splitlines()
        typer.echo(
            f"aigaq: the disk or the database failed ({said[0] if said else type(error).__name__}). What was "
            "recorded before is whole; mend it, then run this again",
            err=True,
        )
        raise SystemExit(2) from None


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a `(done, total)` function that draws a bar on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    # Measured: 2 MB, for whoever sits at a terminal alone.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def say(text: str) -> None:
    """Print a line for a person: on stderr, so that stdout stays for results."""
    typer.echo(text, err=True)
