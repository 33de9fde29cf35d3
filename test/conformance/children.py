#!/usr/bin/env python3
"""What guards.py promises: a child that is stopped, raises or never ends is a problem with its reason, and so is an access
beyond a tensor on either side."""

import os
import signal
import sys
import time

import numpy as np

import guards


def read_beyond(side):
    memory = guards.Memory(side)
    tensor = memory.copy(np.arange(8, dtype=np.float64))
    guards.ctypes.string_at(tensor.ctypes.data + (tensor.nbytes if side == "behind" else -1), 1)
    return []


def fail():
    raise ValueError("no such thing")


ENDINGS = [
    ("fine", lambda: [], ""),
    ("problems", lambda: [("here", "wrong")], "wrong"),
    ("raises", fail, "ValueError: no such thing"),
    ("signal", lambda: os.kill(os.getpid(), signal.SIGABRT), "ended by SIGABRT"),
    ("exit", lambda: os._exit(3), "ended with exit code 3"),
    ("hangs", lambda: time.sleep(60), "not done after 1 s"),
    ("cannot be told", lambda: [("here", lambda: None)], "ended with exit code 1"),
] + [(f"reads {side}", lambda side=side: read_beyond(side), "ended by SIGSEGV") for side in guards.SIDES]


def main():
    failed = 0
    for name, function, wanted in ENDINGS:
        found = guards.problems_in_child(function, seconds=1)
        text = found[0][1] if found else ""
        if wanted not in text or bool(wanted) != bool(text):
            failed += 1
            print(f"FAIL {name}: {found}")
    print(f"{len(ENDINGS)} endings, {failed} problems")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
