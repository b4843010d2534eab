"""Processes of servers: when one has ended."""

import subprocess
import sys

import psutil

from chronotope.server import process

FORGETFUL = """
import subprocess, time
print(subprocess.Popen(["sleep", "100"]).pid, flush=True)
time.sleep(100)
"""


def test_a_process_that_its_program_takes_no_note_of_has_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FORGETFUL], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        child = psutil.Process(int(program.stdout.readline()))
        try:
            process.end(child)
            assert child.status() == psutil.STATUS_ZOMBIE
        finally:
            program.kill()
