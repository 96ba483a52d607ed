"""`aigaq passphrase`, `lock`, `escrow`, `erase`: keys changed, forgotten, got back; a testimony destroyed."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import read_text
from aigaq.cli.archives import choose_password
from aigaq.cli.session import ArchiveOption, AsOption, find_secret, open_session, read_secret, say
from aigaq.records.errors import BadInput, NotFound, Refused
from aigaq.records.wording import counted
from aigaq.services.erasing import erase_source, finish_erasing
from aigaq.services.escrow import check_share, drill_escrow, make_escrow, recover_archive
from aigaq.services.locking import change_passphrase, lock_archive
from aigaq.services.rights import find_source

app = typer.Typer(help="Keys in escrow: shares with people elsewhere.", no_args_is_help=True)

ShareArgument = Annotated[
    list[Path] | None,
    typer.Argument(metavar="[SHARE…]", help="Files with a share each; typed in without."),
]
_AS_BEFORE = "nothing was changed, and shares made before open the archive as they did"
_SECRETS = (
    "AIGAQ_PASSPHRASE_FILE",
    "AIGAQ_NEW_PASSPHRASE_FILE",
    "AIGAQ_MEMBER_PASSWORD_FILE",
    "AIGAQ_NEW_MEMBER_PASSWORD_FILE",
)


def passphrase(archive: ArchiveOption = None, as_name: AsOption = "") -> None:
    """Change the archive's passphrase; the new one is AIGAQ_NEW_PASSPHRASE or typed."""
    session = open_session(archive, as_name, unlocked=True)
    old = read_secret("AIGAQ_PASSPHRASE", "Passphrase until now, once more")
    new = find_secret("AIGAQ_NEW_PASSPHRASE")
    if not new:
        if not sys.stdin.isatty():
            raise BadInput("set AIGAQ_NEW_PASSPHRASE_FILE, or run this at a terminal")
        new = typer.prompt("New passphrase", hide_input=True, confirmation_prompt=True, err=True)
    change_passphrase(session.archive, session.actor, old, new)
    say("Changed. Copies and backups made before open with the old one still.")


def lock(archive: ArchiveOption = None) -> None:
    """Forget every key on this machine at once, asking nothing. Evidence stays; escrow shares open it."""
    if archive is None:
        raise BadInput("say which archive with --archive D or AIGAQ_ARCHIVE")
    named = [Path(os.environ[name]) for name in _SECRETS if os.environ.get(name)]
    done = lock_archive(archive, named)
    if not done.failures:
        say(
            f"{archive}: locked. No passphrase opens it; its escrow shares do (aigaq escrow recover)."
        )
    programs = f"{counted(done.programs, 'program')} that used it ended"
    files = counted(done.secrets, "file of secrets", "files of secrets")
    say(f"{programs}, {files} destroyed.")
    if not done.tried:
        say(
            "The shares of this escrow were never tried: it stays locked unless enough of them are good."
        )
    if done.database_is_elsewhere:
        say(
            "Its records are in PostgreSQL, which this does not close: only what is sealed is shut."
        )
    if done.failures:
        raise Refused(f"not everything could be forgotten; see to it: {'; '.join(done.failures)}")


def erase(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Id or key of the testimony.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Destroy a testimony at its speaker's wish: records, files and keys. Nobody can bring it back."""
    session = open_session(archive, as_name, unlocked=True)
    try:
        id = find_source(source)
    except NotFound as error:
        # It may be gone since a run that was stopped before its files went.
        finish_erasing(session.archive, session.actor)
        raise NotFound(f"{error}; if it was destroyed before, nothing is left of it now") from error
    if not yes:
        if not sys.stdin.isatty():
            raise BadInput("say --yes; there is nobody to ask, and this can't be undone")
        typed = typer.prompt(f"This can't be undone. Type {source} to destroy it", err=True)
        if typed.strip() != source:
            raise BadInput("not the same; nothing was destroyed")
    done = erase_source(session.archive, session.actor, id)
    say(f"Destroyed: {sum(done.records.values())} records and {done.files} files.")
    say(
        "Publish again now: pages already out still show it, and backups and the table it came from hold it."
    )


@app.callback()
def group() -> None:
    """Keys in escrow: shares with people elsewhere."""


@app.command()
def make(
    shares: Annotated[int, typer.Option(help="How many shares there are.")] = 3,
    needed: Annotated[int, typer.Option(help="How many of them open the archive.")] = 2,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Print shares of a key that opens the archive. They replace any made before; none is kept here."""
    session = open_session(archive, as_name, unlocked=True)
    passphrase = read_secret("AIGAQ_PASSPHRASE", "Passphrase of the archive, once more")
    make_escrow(
        session.archive, session.actor, passphrase, _print_sheets, needed=needed, total=shares
    )
    say(
        f"Give each sheet to another person; any {needed} open the archive. Then try it: aigaq escrow drill"
    )


def _print_sheets(sheets: Sequence[str]) -> None:
    """Print the sheets and make sure of it, as far as one can; they then replace those of before.

    Raises:
        BadInput: they could not be printed.
        Refused: whoever sits there says that they were not.
    """
    try:
        sys.stdout.write("\f".join(sheets))  # a form feed between: a printer begins a new page
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError as error:
        _end_output()  # or Python would try again when it ends
        raise BadInput(
            f"the sheets could not be printed ({error.strerror}); {_AS_BEFORE}"
        ) from None
    if not sys.stdout.isatty():
        _end_output()
    if sys.stdin.isatty() and not typer.confirm(
        f"Are all {len(sheets)} sheets on paper, and every word legible?", err=True
    ):
        raise Refused(f"destroy what was printed; {_AS_BEFORE}")


def _end_output() -> None:
    """Let whoever reads our output see its end, which a printer waits for; the rest goes nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


@app.command()
def drill(
    shares: ShareArgument = None, archive: ArchiveOption = None, as_name: AsOption = ""
) -> None:
    """Try whether shares would open this archive as it is today; exit 1 when they would not."""
    session = open_session(archive, as_name)
    drill_escrow(session.archive, session.actor, _read_shares(shares))
    say("These shares open the archive: its passphrase and every compartment's key.")


@app.command()
def recover(
    shares: ShareArgument = None,
    name: Annotated[str, typer.Option("--as", help="Name of the new administrator.")] = "recovery",
    archive: ArchiveOption = None,
) -> None:
    """Open an archive with shares alone, also a locked one, as a new administrator."""
    if archive is None:
        raise BadInput("say which archive with --archive D or AIGAQ_ARCHIVE")
    texts = _read_shares(shares)
    password, made = choose_password(name)
    done = recover_archive(archive, texts, name, password)
    say(f"{archive}: open again. {name} is its administrator and can open every compartment.")
    if made:
        say(f"Password of {name}, shown this once: {password}")
    say(f"Its passphrase: {done.passphrase}")
    say("The shares have met: replace the keys (aigaq member rotate) and make a new escrow.")


def _read_shares(files: list[Path] | None) -> list[str]:
    """Return shares from files, or typed one after the other until an empty line."""
    if files:
        texts = [read_text(path) for path in files]
        for path, text in zip(files, texts, strict=True):
            check_share(text, str(path))
        return texts
    if not sys.stdin.isatty():
        raise BadInput("name the files with the shares, or run this at a terminal to type them")
    shares: list[str] = []
    while typed := typer.prompt(
        f"Share {len(shares) + 1} (its words; empty to end)",
        default="",
        show_default=False,
        err=True,
    ):
        try:
            check_share(typed, f"share {len(shares) + 1}")
        except BadInput as error:
            say(f"{error}. Type it once more.")
            continue
        shares.append(typed)
    return shares
