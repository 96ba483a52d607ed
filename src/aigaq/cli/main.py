"""The `aigaq` command."""

from aigaq.store.settings import prepare

prepare()  # Django's models can be imported only once it is set up

import typer  # noqa: E402

from aigaq.adapters.forgetting import forbid_core_dumps  # noqa: E402
from aigaq.cli import (  # noqa: E402
    archives,
    backup,
    correcting,
    demo,
    importing,
    items,
    judging,
    key,
    linking,
    locking,
    matching,
    members,
    names,
    packaging,
    persons,
    publishing,
    recording,
    rights,
    suggesting,
    timestamp,
    verifying,
    witness,
)
from aigaq.cli.session import errors_to_exit_codes, logs_extended_at_the_end  # noqa: E402

app = typer.Typer(
    name="aigaq",
    help="The working archive of people who document mass detention.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a trace would print names and words
)
app.command("demo")(demo.demo)
app.command("init")(archives.init)
app.add_typer(members.app, name="member")
app.command("import")(importing.import_files)
app.add_typer(items.app, name="item")
app.command("record")(recording.record)
app.command("correct")(correcting.correct)
app.command("link")(linking.link)
app.command("match")(matching.match)
app.command("judge")(judging.judge)
app.command("persons")(persons.persons)
app.command("person")(persons.person)
app.command("suggest")(suggesting.suggest)
app.add_typer(rights.app, name="rights")
app.command("erase")(locking.erase)
app.command("passphrase")(locking.passphrase)
app.command("lock")(locking.lock)
app.add_typer(locking.app, name="escrow")
app.command("publish")(publishing.publish)
app.command("approve")(publishing.approve)
app.command("package")(packaging.package)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("verify")(verifying.verify)
app.command("key")(key.key)
app.add_typer(witness.app, name="witness")
app.add_typer(timestamp.app, name="timestamp")
app.add_typer(names.app, name="names")


def main() -> None:
    """Run the command line; exit 0 done, 1 the answer is no, 2 bad usage or input."""
    forbid_core_dumps()
    with errors_to_exit_codes(), logs_extended_at_the_end():
        app()
