"""What a server takes of a machine."""

from pathlib import Path

import pytest

from chronotope import config
from chronotope.errors import InputError
from chronotope.server.memory import Memory, choose, store_bytes


@pytest.mark.parametrize(
    ("machine", "store", "chosen"),
    [
        (24_000, 0, Memory(1024, 512)),
        (24_000, 300, Memory(1061, 512)),  # the demo's city
        (24_000, 4_000, Memory(1524, 5000)),
        (24_000, 40_000, Memory(6000, 6000)),  # a quarter each
        (256_000, 100_000, Memory(8192, 64_000)),
        (4_096, 0, Memory(1024, 512)),
        (2_048, 0, Memory(512, 512)),
        (1_024, 0, Memory(512, 256)),  # as little as works
        (512, 0, Memory(512, 128)),
    ],
)
def test_heap_and_page_cache_follow_machine_and_store(
    machine: int, store: int, chosen: Memory
) -> None:
    assert choose(machine, store) == chosen


def test_what_is_given_stands() -> None:
    assert choose(24_000, 0, heap_mb=100) == Memory(100, 512)
    assert choose(24_000, 0, page_cache_mb=64) == Memory(1024, 64)


def test_from_a_machine_of_3_gb_on_most_is_left_to_others() -> None:
    for machine in range(3_072, 300_000, 1_111):
        for store in (0, 100, 10_000, 1_000_000):
            assert choose(machine, store).total_mb <= machine * 0.64


def test_the_size_of_a_store_is_that_of_all_its_files(tmp_path: Path) -> None:
    assert store_bytes(tmp_path) == 0
    folder = tmp_path / "databases/neo4j/schema/index"
    folder.mkdir(parents=True)
    (folder / "one").write_bytes(bytes(100))
    (folder.parents[1] / "neostore").write_bytes(bytes(11))
    assert store_bytes(tmp_path) == 111


def test_sizes_are_read_from_the_environment() -> None:
    assert config.heap_mb({}) is None
    assert config.heap_mb({"CHRONOTOPE_HEAP": ""}) is None
    assert config.heap_mb({"CHRONOTOPE_HEAP": "2g"}) == 2048
    assert config.page_cache_mb({"CHRONOTOPE_PAGECACHE": " 300M "}) == 300
    for text in ("2", "2 g", "-1g", "0m", "1.5g", "2gb", "many", "99999999999g"):
        with pytest.raises(InputError, match=r"^CHRONOTOPE_HEAP is a size like 512m or 2g, not '"):
            config.heap_mb({"CHRONOTOPE_HEAP": text})
