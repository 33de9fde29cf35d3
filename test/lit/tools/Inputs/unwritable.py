"""Runs COMMAND with a standard output that can't be written to, and prints what it says and its exit code.

usage: unwritable.py full|closed|pipe|ignored-pipe COMMAND...
"""
import os
import subprocess
import sys

how, command = sys.argv[1], sys.argv[2:]
reader, writer = os.pipe()
os.close(reader)
full = os.open("/dev/full", os.O_WRONLY)
options = {"full": {"stdout": full}, "pipe": {"stdout": writer}, "ignored-pipe": {"stdout": writer, "restore_signals": False},
           "closed": {"preexec_fn": lambda: os.close(1)}}[how]
done = subprocess.run(command, stderr=subprocess.PIPE, text=True, **options)
print(how, done.stderr, end="")
print("exit code", done.returncode)
