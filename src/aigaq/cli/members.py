"""`aigaq member`: who works in the archive, and what they can open."""

import json
from typing import Annotated

import typer

from aigaq.cli.archives import make_password
from aigaq.cli.session import (
    ArchiveOption,
    AsOption,
    JsonOption,
    find_secret,
    open_session,
    read_secret,
    say,
)
from aigaq.services.access import (
    grant_compartment,
    list_members,
    remove_member,
    revoke_compartment,
    rotate_keys,
)
from aigaq.services.actors import COMPARTMENTS, ROLES
from aigaq.services.members import add_member, change_password

app = typer.Typer(help="Who works in the archive.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Who works in the archive."""


@app.command()
def add(
    name: str,
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "volunteer",
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Add a member; their first password is AIGAQ_NEW_MEMBER_PASSWORD or is made up and shown once."""
    session = open_session(archive, as_name, unlocked=True)
    password = find_secret("AIGAQ_NEW_MEMBER_PASSWORD")
    made = not password
    password = password or make_password()
    add_member(session.actor, name, role, password)
    say(f"{name} is now {role} here.")
    if made:
        say(f"Password of {name}, shown this once: {password}")


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Of the member.")]
CompartmentArgument = Annotated[
    str, typer.Argument(metavar="COMPARTMENT", help=f"One of {', '.join(COMPARTMENTS)}.")
]


@app.command("list")
def list_(
    unlock: Annotated[
        bool,
        typer.Option("--unlock", help="Ask for the password and show the names, which are sealed."),
    ] = False,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """List the members: name (to who may know it), role, and which compartments they can open."""
    session = open_session(archive, as_name, unlocked=unlock)
    for one in list_members(session.actor):
        if as_json:
            found = {
                "name": one.name,
                "role": one.role,
                "active": one.active,
                "compartments": list(one.compartments),
            }
            typer.echo(json.dumps(found, ensure_ascii=False))
        else:
            opens = f"opens {', '.join(one.compartments)}" if one.compartments else "opens nothing"
            typer.echo(f"{one.name}  {one.role}  {opens if one.active else 'removed'}")


@app.command()
def remove(name: NameArgument, archive: ArchiveOption = None, as_name: AsOption = "") -> None:
    """Remove a member: what they could open gets new keys. What they copied before, they keep."""
    session = open_session(archive, as_name, unlocked=True)
    remove_member(session.actor, name)
    say(f"{name} is no member any more, and opens nothing that is sealed here from now on.")
    say("If they knew the archive's passphrase, change it too: aigaq passphrase")


@app.command()
def password(archive: ArchiveOption = None, as_name: AsOption = "") -> None:
    """Change your own password; the new one is AIGAQ_NEW_MEMBER_PASSWORD or typed."""
    session = open_session(archive, as_name)
    old = read_secret("AIGAQ_MEMBER_PASSWORD", f"Password of {session.actor.name} until now")
    new = find_secret("AIGAQ_NEW_MEMBER_PASSWORD")
    if not new:
        new = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    change_password(session.actor, old, new)
    say("Changed.")


@app.command()
def grant(
    name: NameArgument,
    compartment: CompartmentArgument,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Let a member open a compartment."""
    session = open_session(archive, as_name, unlocked=True)
    grant_compartment(session.actor, name, compartment)
    say(f"{name} can open {compartment}.")


@app.command()
def revoke(
    name: NameArgument,
    compartment: CompartmentArgument,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Take a compartment back from a member; it gets a new key."""
    session = open_session(archive, as_name, unlocked=True)
    revoke_compartment(session.actor, name, compartment)
    say(f"{name} opens nothing that is sealed in {compartment} from now on.")


@app.command()
def rotate(
    compartment: Annotated[
        list[str] | None, typer.Option(help="Which; all without. Repeat it.")
    ] = None,
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Give compartments new keys, for instance after a device was lost; who could open them still can."""
    session = open_session(archive, as_name, unlocked=True)
    rotate_keys(session.actor, tuple(compartment or COMPARTMENTS))
    say("Everything in there is sealed under new keys.")
