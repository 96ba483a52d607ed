"""Which engine to open."""

from collections.abc import Mapping
from importlib.util import find_spec

import pyarrow as pa

from aigaq.linkage.engine import DuckBackend, Engine, EngineName
from aigaq.records.errors import BadInput


def open_engine(name: EngineName, columns: Mapping[str, pa.Array]) -> Engine:
    """Return an engine with a table of lines loaded.

    Raises:
        BadInput: Spark is asked for and not installed, or finds no Java.
    """
    if name == "duckdb":
        return Engine(DuckBackend(), columns)
    if find_spec("pyspark") is None:
        raise BadInput(
            "--engine spark needs pyspark and Java 17 or later: "
            "pip install 'aigaq[spark]', or leave --engine out"
        )
    # Spark takes seconds to import and few have it installed, so it waits until it is asked for.
    from aigaq.linkage.spark import SparkBackend  # noqa: PLC0415

    return Engine(SparkBackend(), columns)
