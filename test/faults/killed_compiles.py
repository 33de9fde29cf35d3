#!/usr/bin/env python3
"""Kills `llmc compile` before each call that changes a file or folder, while it replaces an artefact in a folder that
others use, too. The old artefact is left or the new one, whole, and loadable; the next compile leaves nothing but its own;
what is not of an artefact is never touched, not even linked. Calls that fail instead end in one message, and the old
artefact is as it was.

usage: killed_compiles.py LLMC [--count N]      N kills and as many failures of a kind: LLMC_KILLS, or 1; 0: all
"""

import argparse
import errno
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent / "lit/tools/Inputs/network.mlir"
# Of the artefact that is there, and of the one that takes its place.
ALL, FILE, OTHER = ["--emit=so,a,h"], ["--weights=file"], ["--name=other"]
OTHER_MODEL = ["--dim=n=2..9"]
REPLACED = {
    "the same again": (ALL, ALL),
    "fewer forms": (ALL, ["--emit=so", *OTHER_MODEL]),
    "another model": (ALL, [*OTHER, *OTHER_MODEL]),
    "a weights file": (ALL, [*FILE, *OTHER_MODEL]),
    "a weights file no more": ([*FILE, *OTHER], ["--emit=so,h"]),
    "another weights file": (FILE, [*FILE, *OTHER]),
    "a library for an archive": (["--emit=a"], OTHER_MODEL),
    "lines no more": (["--debug-lines"], ["--emit=so", *OTHER_MODEL]),
    "an archive for a library": (OTHER_MODEL, ["--emit=a"]),
    "the archive alone": (ALL, ["--emit=a", *OTHER_MODEL]),
}


class Bench:
    """A place with a folder for artefacts, a shared library that disturbs, and what belongs to others."""

    def __init__(self, llmc, scratch):
        self.llmc, self.scratch = llmc, scratch
        self.shim = scratch / "disturb.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", HERE / "disturb.c", "-o", self.shim, "-ldl"],
                       check=True)
        self.place, self.folder, self.mounts = scratch / "place", scratch / "place/out", []

    def compile(self, options, wish="", folder=None):
        environment = dict(os.environ, DISTURB=wish, ASAN_OPTIONS="verify_asan_link_order=0")
        if wish:
            environment["LD_PRELOAD"] = str(self.shim)
        return subprocess.run([self.llmc, "compile", MODEL, "-o", folder or self.folder, "--cpu=x86-64-v3", "--threads=1",
                               *options], capture_output=True, text=True, env=environment, timeout=300)

    def made(self, options):
        """The files of an artefact that is compiled into a folder of its own."""
        folder = self.scratch / ("alone" + "".join(options))
        if not folder.exists():
            done = self.compile(options, folder=folder)
            assert done.returncode == 0, done.stderr
        return contents(folder)

    def prepare(self, options):
        """An artefact among files of others."""
        self.clear()
        self.folder.mkdir(parents=True)
        self.populate()
        for name, data in self.made(options).items():
            (self.folder / name).unlink(missing_ok=True)
            (self.folder / name).write_bytes(data)

    def populate(self):
        """Files of others, under names that could be taken for ours."""
        out, precious = self.folder, self.place / "precious"
        for folder in (precious, out / ".llmc-notes", self.place / ".out.llmc-backup", out / "cache"):
            folder.mkdir()
            (folder / "text").write_text("precious")
        (out / "notes.txt").write_text("mine")
        (out / ".llmc-0123456789abcdef").write_text("not what this name says")
        (out / "libother.so").write_bytes(b"\x7fELF of others")
        os.link(precious / "text", out / "link.txt")
        os.symlink(precious, self.place / ".out.llmc-evil")
        os.symlink(precious, out / "link")
        os.symlink(precious / "text", out / ".llmc-fedcba9876543210")
        os.mkfifo(out / ".llmc-00000000000000ff")
        if os.geteuid() == 0:
            os.chown(out / "notes.txt", 65534, 65534)
            os.chown(out / ".llmc-notes", 65534, 65534)
            mount = subprocess.run(["mount", "-t", "tmpfs", "none", out / "cache"], capture_output=True)
            if mount.returncode == 0:
                self.mounts.append(out / "cache")
                (out / "cache/text").write_text("on a volume")

    def clear(self):
        while self.mounts:
            subprocess.run(["umount", self.mounts.pop()], check=True)
        shutil.rmtree(self.place, ignore_errors=True)

    def foreign(self, ours):
        """All that is not an artefact's, with whatever a compile could change of it."""
        found = {}
        for path in [self.place, *self.place.rglob("*")]:
            if path.parent == self.folder and path.name in ours:
                continue
            facts = path.lstat()
            changing = path == self.folder # its entries are what a compile changes
            found[str(path)] = (facts.st_ino, facts.st_mode, facts.st_uid, facts.st_nlink,
                                None if changing else facts.st_mtime_ns, None if changing else facts.st_ctime_ns,
                                os.readlink(path) if path.is_symlink() else
                                path.read_bytes() if stat.S_ISREG(facts.st_mode) else None)
        return found


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def spread(count, total, share):
    """`count` numbers in the last half of 1 to `total`, where names change; `share` moves them. All where count is 0."""
    if not count:
        return range(1, total + 1)
    return sorted({total - int(total * (i + share) / (2 * count)) for i in range(count)})


class Replacement:
    def __init__(self, bench, name):
        self.bench, self.name = bench, name
        self.old_options, self.new_options = REPLACED[name]
        self.old, self.new = bench.made(self.old_options), bench.made(self.new_options)
        self.ours = set(self.old) | set(self.new)
        bench.prepare(self.old_options)
        listed = bench.scratch / "calls"
        done = bench.compile(self.new_options, f"list {listed}")
        assert done.returncode == 0, done.stderr
        calls = listed.read_text().split()
        self.calls = len(calls)
        # On the disk before a name tells of it, and the names before anything is removed.
        calls = [call for i, call in enumerate(calls) # without the names that replaced files keep until the last rename
                 if call != "linkat" or "fsync" in calls[i:calls.index("renameat")]]
        renames = [i for i, call in enumerate(calls) if call == "renameat"]
        assert calls[renames[0] - 1] == calls[renames[-1] + 1] == "fsync" and "unlinkat" not in calls[:renames[-1]], calls

    def fail(self, number, why):
        sys.exit(f"FAIL {self.name}, call {number} of {self.calls}: {why}")

    def is_whole(self, number):
        """Which artefact a loader gets."""
        bench = self.bench
        done = subprocess.run([bench.llmc, "check", bench.folder, "--digest"], capture_output=True, text=True)
        if done.returncode:
            self.fail(number, f"what is left can't be loaded: {done.stdout}{done.stderr}")
        name = done.stdout.split()[0] + ".so"
        if name not in {file["name"] for file in json.loads((bench.folder / "manifest.json").read_text())["files"]}:
            name = name[:-2] + "a"
        code = (bench.folder / name).read_bytes()
        if code not in (self.old.get(name), self.new.get(name)):
            self.fail(number, f"{name} is neither the old one nor the new one")
        return code == self.new.get(name)

    def left(self):
        """Files of ours that wait or are left."""
        known = {".llmc-notes", ".llmc-0123456789abcdef", ".llmc-fedcba9876543210", ".llmc-00000000000000ff"}
        return {path.name for path in self.bench.folder.iterdir() if path.name.startswith(".llmc-")} - known

    def kill(self, number):
        bench = self.bench
        bench.prepare(self.old_options)
        before = bench.foreign(self.ours)
        done = bench.compile(self.new_options, f"kill {number}")
        if done.returncode != -signal.SIGKILL:
            self.fail(number, f"was not killed: {done.returncode}")
        is_new, litter = self.is_whole(number), self.left()
        if bench.foreign(self.ours | litter) != before:
            self.fail(number, "something of others has changed")
        done = bench.compile(self.new_options)
        if done.returncode:
            self.fail(number, f"the next compile fails: {done.stderr}")
        if bench.foreign(self.ours) != before:
            self.fail(number, "the next compile changes something of others, or leaves something")
        now = contents_of(bench.folder, self.ours)
        former = {name for name in self.old if name.endswith(".weights")}
        if {name: now[name] for name in self.new if name != "manifest.json"} != \
                {name: data for name, data in self.new.items() if name != "manifest.json"} or \
                set(now) - set(self.new) - former:
            self.fail(number, f"the next compile leaves {sorted(now)}")
        return is_new, bool(litter)

    def break_call(self, number, error):
        """The call fails: one message, and the old artefact as it was, or nothing happens at all."""
        bench = self.bench
        bench.prepare(self.old_options)
        ours, before = contents_of(bench.folder, self.ours), bench.foreign(self.ours)
        done = bench.compile(self.new_options, f"fail {number} {error}")
        has_changed = contents_of(bench.folder, self.ours) != ours
        # What could not be removed waits for the next compile.
        litter = self.left() if done.returncode == 0 or has_changed else set()
        if bench.foreign(self.ours | litter) != before:
            self.fail(number, f"failed with {errno.errorcode[error]}: something of others has changed, or is left")
        if done.returncode == 0:
            if not self.is_whole(number):
                self.fail(number, "the compile succeeds and the old artefact is left")
            return
        if done.returncode != 1 or done.stderr.count("llmc: error: ") != 1 or "LLVM" in done.stderr:
            self.fail(number, f"failed with {errno.errorcode[error]}: exit code {done.returncode}, {done.stderr}")
        if has_changed and not self.is_whole(number):
            self.fail(number, f"failed with {errno.errorcode[error]}: the old artefact has changed")


def contents_of(folder, names):
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def check_signals(bench):
    """Whoever ends a compile in an orderly way finds nothing of it."""
    for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        bench.clear()
        bench.place.mkdir()
        process = subprocess.Popen([bench.llmc, "compile", HERE.parent / "models/bert_tiny/model.onnx", "-o", bench.folder],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not bench.folder.exists() and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(number)
        if process.wait() != code or list(bench.place.iterdir()):
            sys.exit(f"FAIL signal {number}: exit code {process.returncode}, left {list(bench.place.iterdir())}")
    print("ok   signals leave nothing")


def check_plain_file_systems(bench):
    """Without files that have no name, and without locks."""
    bench.prepare(ALL)
    before = bench.foreign({*bench.made(ALL), *bench.made(OTHER)})
    done = bench.compile(OTHER, "plain")
    assert done.returncode == 0, done.stderr
    assert bench.foreign({*bench.made(ALL), *bench.made(OTHER)}) == before
    assert contents_of(bench.folder, bench.made(OTHER)) == bench.made(OTHER)
    print("ok   a file system without unnamed files")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("llmc")
    parser.add_argument("--count", type=int, default=int(os.environ.get("LLMC_KILLS", "1")))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(arguments.llmc, Path(scratch))
        try:
            for index, name in enumerate(REPLACED):
                replacement = Replacement(bench, name)
                numbers = spread(arguments.count, replacement.calls, index / len(REPLACED))
                kills = [replacement.kill(number) for number in numbers]
                for number in numbers:
                    replacement.break_call(number, (errno.ENOSPC, errno.EIO)[number % 2])
                print(f"ok   {name}: {len(kills)} kills, {sum(new for new, _ in kills)} left the new artefact, "
                      f"{sum(litter for _, litter in kills)} something to remove", flush=True)
            check_signals(bench)
            check_plain_file_systems(bench)
        finally:
            bench.clear()
    return 0


if __name__ == "__main__":
    sys.exit(main())
