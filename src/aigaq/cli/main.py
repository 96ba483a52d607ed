"""The `aigaq` command."""

from aigaq.store.settings import prepare

prepare()  # Django's models can be imported only once it is set up

import sys  # noqa: E402
from collections.abc import Iterable, Mapping  # noqa: E402
from importlib import import_module  # noqa: E402
from types import MappingProxyType  # noqa: E402

import typer  # noqa: E402

from aigaq.adapters.forgetting import forbid_core_dumps  # noqa: E402
from aigaq.cli.session import errors_to_exit_codes, logs_extended_at_the_end  # noqa: E402

#: Command → its module here and the function in it, or "app" for a group; in the order of `--help`.
COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "demo": ("demo", "demo"),
        "init": ("archives", "init"),
        "import": ("importing", "import_files"),
        "seal": ("bundles", "seal"),
        "open": ("bundles", "open_"),
        "record": ("recording", "record"),
        "correct": ("correcting", "correct"),
        "link": ("linking", "link"),
        "match": ("matching", "match"),
        "judge": ("judging", "judge"),
        "persons": ("persons", "persons"),
        "person": ("persons", "person"),
        "suggest": ("suggesting", "suggest"),
        "erase": ("locking", "erase"),
        "passphrase": ("locking", "passphrase"),
        "lock": ("locking", "lock"),
        "publish": ("publishing", "publish"),
        "approve": ("publishing", "approve"),
        "package": ("packaging", "package"),
        "backup": ("backup", "backup"),
        "restore": ("backup", "restore"),
        "verify": ("verifying", "verify"),
        "key": ("key", "key"),
        "member": ("members", "app"),
        "item": ("items", "app"),
        "rights": ("rights", "app"),
        "escrow": ("locking", "app"),
        "witness": ("witness", "app"),
        "timestamp": ("timestamp", "app"),
        "names": ("names", "app"),
    }
)


def build_app(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Return the command line with some of its commands, whose modules are imported now.

    Args:
        names: which of COMMANDS; all of them unless said otherwise.
    """
    app = typer.Typer(
        name="aigaq",
        help="The working archive of people who document mass detention.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,  # a trace would print names and words
    )
    app.callback()(_group)
    for name in names:
        module, attribute = COMMANDS[name]
        found = getattr(import_module(f"aigaq.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _group() -> None:
    # Makes a group even of one command, so that `aigaq key` stays `aigaq key`. Its text is the app's help.
    return


def main() -> None:
    """Run the command line; exit 0 done, 1 the answer is no, 2 bad usage or input.

    Only the module of the command given is imported: the linkage engine takes a second and 80 MB to load,
    and whoever takes in a video on an old laptop needs neither.
    """
    forbid_core_dumps()
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    with errors_to_exit_codes(), logs_extended_at_the_end():
        build_app([asked] if asked in COMMANDS else COMMANDS)()
