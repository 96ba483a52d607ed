"""`aigaq demo`: a sample archive end to end."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from aigaq.adapters.files import write_file
from aigaq.adapters.static_server import open_server
from aigaq.cli.archives import make_password
from aigaq.cli.session import find_secret, say
from aigaq.records.errors import BadInput
from aigaq.services.demo import EDITOR, build_demo

_MARKER = "this-is-a-demo.txt"
_MARKER_TEXT = (
    "A sample archive made by `aigaq demo`, of historical people; it is made anew at every run.\n"
    "archive/ is encrypted. passphrase.txt opens it and password.txt unlocks both sample members, because\n"
    "there is nobody here to protect.\n"
)


def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where to put it.", metavar="D")] = Path(
        "demo"
    ),
    serve: Annotated[bool, typer.Option(help="Serve the published site until Ctrl-C.")] = True,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
) -> None:
    """Make a sample archive: import, link, publish, verify, serve. Everything stays on this machine."""
    _make_room(folder)
    passphrase = find_secret("AIGAQ_PASSPHRASE") or make_password()
    password = find_secret("AIGAQ_MEMBER_PASSWORD") or make_password()
    write_file(folder / "passphrase.txt", f"{passphrase}\n".encode())
    write_file(folder / "password.txt", f"{password}\n".encode())
    build_demo(folder, passphrase, password, say)
    site = (folder / "site").resolve()
    say(f"Open {site / 'index.html'} in a browser, or look into the archive with:")
    say(
        f"  AIGAQ_PASSPHRASE_FILE={folder}/passphrase.txt aigaq persons --archive {folder}/archive "
        f'--as "{EDITOR}"'
    )
    if serve:
        _serve(site, port)


def _make_room(folder: Path) -> None:
    """Clear away an earlier demo; touch nothing else."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARKER).is_file():
            raise BadInput(
                f"{folder}: is not empty and holds no earlier demo; name another with --dir"
            )
        shutil.rmtree(folder)
    write_file(folder / _MARKER, _MARKER_TEXT.encode())


def _serve(site: Path, port: int) -> None:
    with open_server(site, port) as server:
        say(f"Serving on http://127.0.0.1:{server.server_address[1]}/ (Ctrl-C stops it)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            say("Stopped.")
