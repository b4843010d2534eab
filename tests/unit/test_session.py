"""How a session of Spark comes about, and what is refused before there is one."""

import os
import subprocess
from pathlib import Path

import pytest

from chronotope import config
from chronotope.client import derive_files
from chronotope.errors import InputError
from chronotope.statistics.session import java_home


def test_the_java_of_spark_leaves_out_one_flag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "cache", lambda: tmp_path)
    java = java_home() / "bin" / "java"
    flags = ["-Xmx32m", "--add-modules=jdk.incubator.vector", "-Dname=a b", "-version"]
    done = subprocess.run([java, *flags], capture_output=True, text=True, check=False)
    assert (done.returncode, "Runtime Environment" in done.stderr) == (0, True)
    done = subprocess.run([java, "--no-such-flag"], capture_output=True, text=True, check=False)
    assert (done.returncode, "--no-such-flag" in done.stderr) == (1, True)
    before = java.stat().st_mtime_ns
    assert java_home() / "bin" / "java" == java
    assert java.stat().st_mtime_ns == before


def test_variables_are_filled_in_for_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHRONOTOPE_THERE", "own")
    monkeypatch.delenv("CHRONOTOPE_NOT_THERE", raising=False)
    names = ("CHRONOTOPE_THERE", "CHRONOTOPE_NOT_THERE")
    with config.filled(dict.fromkeys(names, "given")):
        assert [os.environ[name] for name in names] == ["own", "given"]
    assert [os.environ.get(name) for name in names] == ["own", None]


def test_an_engine_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no engine 'dask'; it is 'local' or 'spark'"):
        derive_files("lake", tmp_path / "out", engine="dask")


def test_a_master_is_for_spark(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose the engine 'spark'"):
        derive_files("lake", tmp_path / "out", master="local[2]")
