"""`aigaq record`: sources, facilities, sites, bodies, figures, acts and petitions, from a document."""

from pathlib import Path
from typing import Annotated

import typer
import yaml

from aigaq.adapters.files import read_file
from aigaq.cli.session import ArchiveOption, AsOption, open_session, run_unlocked, say
from aigaq.records.errors import BadInput
from aigaq.records.wording import counted
from aigaq.services.recording import record_document

_LISTS = ("sources", "subjects", "acts", "interventions")


def record(
    file: Annotated[
        Path, typer.Argument(metavar="FILE.yaml", help="See docs/reference/record.md.")
    ],
    archive: ArchiveOption = None,
    as_name: AsOption = "",
) -> None:
    """Record what is not a table: sources, subjects that are not persons, acts, interventions."""
    session = open_session(archive, as_name)
    document = read_document(file)
    _, done = run_unlocked(session, lambda actor: record_document(actor, document, file.name))
    say(
        f"{file}: {counted(done.sources, 'source')}, {counted(done.subjects, 'subject')}, "
        f"{counted(done.claims, 'claim')}, {counted(done.acts, 'act')}, "
        f"{counted(done.interventions, 'intervention')} recorded."
    )


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f"line {mark.line + 1}: " if mark else ""
    return line + str(getattr(error, "problem", "") or str(error).splitlines()[0])


class _Loader(yaml.SafeLoader):
    """Reads `on`, `off`, `yes` and `no` as the words they are (YAML 1.2): a petition has a field `on`."""


_Loader.yaml_implicit_resolvers = {
    first: [one for one in resolvers if first in "tTfF" or not one[0].endswith(":bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_document(file: Path) -> dict[str, object]:
    """Return a YAML document that is a mapping.

    Raises:
        BadInput: it is no YAML, or no mapping.
    """
    try:
        document = yaml.load(read_file(file), Loader=_Loader)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        raise BadInput(f"{file}: is no YAML ({_where(error)})") from error
    if not isinstance(document, dict):
        raise BadInput(f"{file}: should hold lists under sources, subjects, acts or interventions")
    if unknown := set(document) - {"version", *_LISTS}:
        raise BadInput(
            f"{file}: unknown list {str(min(unknown, key=str))!r}; it can have {', '.join(_LISTS)}"
        )
    for name in _LISTS:
        entries = document.get(name, [])
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise BadInput(f"{file}: {name} should be a list of entries, each with its fields")
    return document
