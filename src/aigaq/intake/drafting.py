"""Rows of a table → drafts, by the mapping: one mention and its claims a row, or one claim a row."""

from collections.abc import Iterator, Mapping

from aigaq.intake.claimrows import ClaimRows
from aigaq.intake.drafts import Reject, RowDraft, SourceDraft
from aigaq.intake.mappingtypes import TableMapping
from aigaq.intake.tables import Table
from aigaq.intake.widerows import WideRows


def draft_rows(
    table: Table,
    mapping: TableMapping,
    file_sha256: str,
    sources: Mapping[str, SourceDraft] | None = None,
) -> Iterator[RowDraft | Reject]:
    """Turn every row of a table into a draft, or into a reject that says why not.

    Args:
        table: from `read_table` with the same mapping; its rows are used up.
        mapping: what the columns mean.
        file_sha256: SHA-256 of the file, hex, for the locators.
        sources: shape `claims` with a table of sources: source key → draft, from `read_sources`.

    Yields:
        In the order of the file. A row that repeats an earlier one cell for cell is left out; a row that
        repeats its key with other content is rejected.
    """
    rows = (
        WideRows(table, mapping, file_sha256)
        if mapping.shape == "wide"
        else ClaimRows(table, mapping, file_sha256, sources or {})
    )
    for row in table.rows:
        if isinstance(row, Reject):
            yield row
            continue
        found = rows.draft(row)
        if found is not None:
            yield found
