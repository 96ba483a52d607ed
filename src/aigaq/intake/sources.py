"""A table of sources beside a table of claims → source drafts by key."""

from collections.abc import Mapping

from aigaq.intake.choices import known_terms
from aigaq.intake.drafts import Reject, SourceDraft
from aigaq.intake.mappingtypes import Choice, SourceTable, TableMapping
from aigaq.intake.rowreading import Cells, RowProblem
from aigaq.intake.sourcespecs import CODES, FIELDS, check_source
from aigaq.intake.tables import Row, read_headed
from aigaq.intake.yamlnode import Node
from aigaq.records.errors import BadInput


def read_sources(data: bytes, file_name: str, mapping: TableMapping) -> dict[str, SourceDraft]:
    """Read the table of sources that `mapping` names.

    Args:
        data: its bytes (CSV, TSV or XLSX).
        file_name: for messages.
        mapping: of the shape `claims`, with `source: {table: …}`.

    Returns:
        Key → draft.

    Raises:
        BadInput: the mapping names no such table, or a row of it can't be read: claims stand on their
            sources, so one that is wrong stops the import.
    """
    if not isinstance(mapping.source, SourceTable):
        raise BadInput(f"{mapping.name}: source: names no table of sources")
    spec = mapping.source
    wanted = (spec.key, *(choice.column for choice in spec.fields.values()))
    table = read_headed(data, file_name, mapping, tuple(filter(None, wanted)))
    cells = Cells(table.header)
    key = spec.key or ("key" if "key" in cells.place else spec.column)
    if key not in cells.place:
        raise BadInput(f"{file_name}, row 1: there is no column “{key}” with the sources' keys")
    fields = _fields(spec, cells)
    found: dict[str, SourceDraft] = {}
    for row in table.rows:
        if isinstance(row, Reject):
            raise BadInput(row.line(file_name))
        draft = _draft(row, cells, key, fields, file_name)
        if found.setdefault(draft.key, draft) != draft:
            raise BadInput(
                f"{file_name}, row {row.number}: the key {draft.key!r} stands already above"
            )
    return found


def _fields(spec: SourceTable, cells: Cells) -> dict[str, Choice]:
    """Return where each field comes from; a column named as a field is that field."""
    named = {
        field: Choice(column=field, terms=known_terms(CODES[field]) if field in CODES else None)
        for field in FIELDS[1:]
        if field in cells.place
    }
    return {**named, **spec.fields}


def _draft(
    row: Row, cells: Cells, key: str, fields: Mapping[str, Choice], file_name: str
) -> SourceDraft:
    where = f"{file_name}, row {row.number}"
    try:
        texts = {field: cells.choose(row, choice) for field, choice in fields.items()}
    except RowProblem as problem:
        raise BadInput(
            f"{where}, column “{problem.column}”: {problem} (here: {problem.value!r})"
        ) from problem
    texts["key"] = cells.get(row, key)
    for field in ("key", "kind", "title"):
        if not texts.get(field):
            raise BadInput(f"{where}: a source needs a {field}")
    check_source(Node(where, "source", ""), texts)
    return SourceDraft(**texts)
