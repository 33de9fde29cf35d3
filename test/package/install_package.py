"""Installs a build, moves the prefix elsewhere, and checks that nothing in it remembers where it came from."""
import shutil
import subprocess
import sys
from pathlib import Path

build, prefix = Path(sys.argv[1]), Path(sys.argv[2])
first = prefix.with_name("installed-first")
for folder in (first, prefix):
    shutil.rmtree(folder, ignore_errors=True)
subprocess.run(["cmake", "--install", build, "--prefix", first], check=True, stdout=subprocess.DEVNULL)
first.rename(prefix)

traces = [str(first).encode(), str(build).encode()]
found = [path for path in prefix.rglob("*") if path.is_file() and any(trace in path.read_bytes() for trace in traces)]
if found:
    sys.exit("these files name the build or the first prefix: " + ", ".join(map(str, found)))
