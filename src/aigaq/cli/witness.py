"""`aigaq witness`: a partner's independent copy of the signed checkpoints, and the archive's side of it."""

from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import read_file, write_file
from aigaq.adapters.http import get
from aigaq.adapters.witness_server import open_witness_server
from aigaq.cli.session import ArchiveOption, AsOption, open_session, say
from aigaq.records.errors import AigaqError, BadInput, Refused
from aigaq.services.log_files import CHECKPOINT, read_key, tile_reader
from aigaq.services.witness_folder import (
    WitnessFolder,
    answer,
    create_witness,
    open_witness,
    require_log,
    trust,
    update,
    update_by_request,
)
from aigaq.services.witnessing import add_witness, ask_witnesses, make_request, take_cosignatures
from aigaq.vault.witness import NotWitnessed

app = typer.Typer(help="Partners who remember and cosign an archive's log.", no_args_is_help=True)

Witness = Annotated[Path, typer.Argument(metavar="D", help="The witness's folder.")]


@app.callback()
def group() -> None:
    """Partners who remember and cosign an archive's log."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="D", help="A folder that does not exist yet.")],
    name: Annotated[str, typer.Option(help="Name of the witness, such as partner.example/w1.")],
) -> None:
    """For a partner: become a witness. Needs no archive and no password of one."""
    witness = create_witness(folder, name)
    say("Give this key to the archives you watch; they add it with `aigaq witness add`:")
    typer.echo(str(witness.key.verifier))


@app.command()
def key(folder: Witness) -> None:
    """For a partner: print the witness's public key."""
    typer.echo(str(open_witness(folder).key.verifier))


@app.command("trust")
def trust_log(
    folder: Witness,
    key: Annotated[str, typer.Argument(metavar="KEY", help="What `aigaq key` prints, or a file.")],
) -> None:
    """For a partner: watch a log, whose key its owner told you."""
    log = read_key(key)
    trust(open_witness(folder), log)
    say(f"{log.name} is watched from now on.")


@app.command("update")
def update_from(
    folder: Witness,
    source: Annotated[
        str,
        typer.Option(
            "--from", help="The log's folder, its address, or a request file.", metavar="LOG"
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Where to write the cosigned checkpoint.")
    ] = None,
) -> None:
    """For a partner: sign a log's newest checkpoint if it continues what was seen; refuse it otherwise."""
    witness = open_witness(folder)
    require_log(witness)
    try:
        cosigned = _update(witness, source)
    except NotWitnessed as error:
        raise Refused(f"{source}: not signed: {error}") from error
    if out is None:
        typer.echo(cosigned.decode(), nl=False)
    else:
        write_file(out, cosigned)
    say(f"Signed: {cosigned.decode().splitlines()[1]} acts. Give the signature to the archive.")


def _update(witness: WitnessFolder, source: str) -> bytes:
    if source.startswith(("http://", "https://")):
        prefix = source.rstrip("/")
        return update(
            witness,
            _fetch(f"{prefix}/{CHECKPOINT}") or b"",
            lambda path: _fetch(f"{prefix}/{path}"),
        )
    path = Path(source)
    if path.is_file():
        return update_by_request(witness, read_file(path))
    if not (path / CHECKPOINT).is_file():
        raise BadInput(
            f"{path}: is no log (it has no {CHECKPOINT}), no request file and no address"
        )
    return update(witness, read_file(path / CHECKPOINT), tile_reader(path))


def _fetch(url: str) -> bytes | None:
    found = get(url)
    return found.body if found.status == 200 else None


@app.command()
def serve(
    folder: Witness,
    address: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port; 0 takes a free one.")] = 0,
) -> None:
    """For a partner: answer archives over HTTP (C2SP tlog-witness) until Ctrl-C."""
    witness = open_witness(folder)
    with open_witness_server(lambda body: _respond(witness, body), address, port) as server:
        say(f"Witnessing on http://{address}:{server.server_address[1]} (Ctrl-C stops it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Stopped.")


def _respond(witness: WitnessFolder, body: bytes) -> tuple[int, str, bytes]:
    try:
        return 200, "text/plain; charset=utf-8", answer(witness, body)
    except NotWitnessed as error:
        if error.size is not None:
            return error.status, "text/x.tlog.size", f"{error.size}\n".encode()
        return error.status, "text/plain; charset=utf-8", f"{error}\n".encode()
    except AigaqError:  # what is kept here is damaged: its owner must look, the asker can't mend it
        return 500, "text/plain; charset=utf-8", b"this witness can't answer now\n"


@app.command()
def add(
    key: Annotated[
        str, typer.Argument(metavar="KEY", help="The witness's key, or a file with it.")
    ],
    url: Annotated[str, typer.Option(help="Where it answers, if it does.")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """For an archive: a partner's signatures count here from now on."""
    session = open_session(archive, as_name)
    witness = read_key(key)
    add_witness(session.actor, witness, url)
    say(f"{witness.name} is a witness of this archive now.")


@app.command()
def request(
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the request.")],
    witness: Annotated[str, typer.Option(help="Whose; the only one if there is one.")] = "",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """For an archive: write the newest checkpoint and its proof to a file, for a witness without network."""
    session = open_session(archive, as_name)
    write_file(out, make_request(session.archive, session.actor, witness))
    say(f"{out}: the witness signs it with `aigaq witness update D --from {out.name}`.")


@app.command()
def collect(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE…]", help="Cosigned checkpoints that came as files."),
    ] = None,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """For an archive: ask the witnesses that have an address, or take signatures from files."""
    session = open_session(archive, as_name)
    if files:
        taken = take_cosignatures(session.actor, [(str(one), read_file(one)) for one in files])
        say(f"{taken} new signatures of witnesses.")
        return
    failed = False
    for name, problem in ask_witnesses(session.archive, session.actor):
        failed = failed or bool(problem)
        say(f"{name}: {problem or 'signed'}")
    if failed:
        raise typer.Exit(1)
