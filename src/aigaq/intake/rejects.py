"""The rejects file: rows that could not be read, to be mended in a spreadsheet and imported again."""

import csv
import io
from collections.abc import Iterable, Sequence

from aigaq.intake.cells import BROKEN
from aigaq.intake.drafts import Reject
from aigaq.intake.tables import EXTRA, MARK, REJECT_COLUMNS, needs_quote


def write_rejects(header: Sequence[str], rejects: Iterable[Reject]) -> bytes:
    """Write rejected rows with what is wrong with each.

    Args:
        header: headings of the table they come from (`Table.header`).
        rejects: the rows, in the order of the file.

    Returns:
        CSV in UTF-8 with a byte-order mark (so that spreadsheets read it rightly): the original columns,
        `_extra` where a row had more cells than headings, and `_row`, `_column`, `_reason`. A text that a
        spreadsheet would calculate is led by an apostrophe, which `read_table` takes off again; a letter
        that can't be written, and the place of a row that is broken as a whole, shows as �. A row that
        is imported again unmended is rejected again.
    """
    rows = list(rejects)
    named = [heading for heading in header if heading]
    extra = [EXTRA] if any(EXTRA in row.cells for row in rows) else []
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_safe(heading) for heading in (*named, *extra, *REJECT_COLUMNS)])
    for row in rows:
        cells = [row.cells.get(heading, "") for heading in (*named, *extra)]
        writer.writerow([_safe(cell) for cell in (*cells, str(row.row), row.column, row.reason)])
    return out.getvalue().encode("utf-8-sig")


def _safe(cell: str) -> str:
    cell = BROKEN.sub(MARK, cell)
    return f"'{cell}" if needs_quote(cell) else cell
