"""Splink's Spark backend: the same comparisons, spread over a cluster or the cores of one machine.

Spark writes shuffles to disk; on a machine whose disk is not encrypted that is plaintext. Numbers alone are
handed to it, no words of anyone.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

import pyarrow as pa
from pyspark.errors import PySparkRuntimeError
from pyspark.sql import SparkSession
from splink import SparkAPI

from aigaq.records.errors import BadInput

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.ansi.enabled": "false",
    # All comparisons in one generated method pass the JVM's limit of 64 KB.
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "16",
    "spark.log.level": "OFF",
}
_PARTITIONS = 16


class SparkBackend:
    """The Spark that the environment names, or one on all cores of this machine."""

    def __init__(self) -> None:
        builder = SparkSession.builder.appName("aigaq")
        for name, value in _SETTINGS.items():
            builder = builder.config(name, value)
        try:
            self._spark = builder.getOrCreate()
        except PySparkRuntimeError as error:
            raise BadInput(
                "--engine spark finds no Java: install Java 17 or later, or leave --engine out"
            ) from error
        self.api = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=self._spark,
            num_partitions_on_repartition=_PARTITIONS,
            break_lineage_method="persist",
            register_udfs_automatically=False,
        )

    def load(self, name: str, columns: Mapping[str, pa.Array]) -> None:
        """Make a table of columns."""
        self._spark.createDataFrame(pa.table(dict(columns))).createOrReplaceTempView(name)

    def split(self, table: str, rows: int) -> Iterator[AbstractContextManager[str]]:
        """Give the table whole: Spark cuts it as it sees fit."""
        yield nullcontext(table)

    def fetch(self, query: str) -> pa.Table:
        """Return what a query finds."""
        return self._spark.sql(query).toArrow()

    def close(self) -> None:
        """Stop Spark."""
        self._spark.stop()
