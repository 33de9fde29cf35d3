"""What the system says of the machine and of its processes."""
from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

#: Of the flags of x86, and of the features of ARM, those that decide how fast products can be.
FLAGS = ("avx2", "fma", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_tile", "amx_int8",
         "amx_bf16", "asimd", "asimddp", "i8mm", "bf16", "sve", "sve2")


@dataclass(frozen=True)
class Machine:
    cpu: str
    flags: list[str]
    cores: int
    memory_bytes: int
    system: str


def describe() -> Machine:
    facts: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        facts.setdefault(name.strip(), value.strip())
    numbers = ", ".join(f"{name} {facts[name]}" for name in ("cpu family", "model", "stepping") if name in facts)
    flags = (facts.get("flags") or facts.get("Features") or "").split()
    name = facts.get("model name") or platform.machine()
    return Machine(f"{name} ({numbers})" if numbers else name, [flag for flag in FLAGS if flag in flags],
                   len(separate_cpus()), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), _system())


def _system() -> str:
    release = ".".join(platform.release().split(".")[:2])
    return f"{platform.system()} {release}, {platform.machine()}, {' '.join(platform.libc_ver())}"


def separate_cpus() -> list[int]:
    """CPUs that this process may use: one of each core first, then their siblings."""
    first: list[int] = []
    others: list[int] = []
    seen: set[str] = set()
    for cpu in sorted(os.sched_getaffinity(0)):
        path = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        core = path.read_text() if path.exists() else str(cpu)
        (others if core in seen else first).append(cpu)
        seen.add(core)
    return first + others


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process, to the nanosecond; 0 when it is gone."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # what clock_getcpuclockid gives for a process
    except OSError:
        return 0.0


def busy_seconds(cpus: list[int]) -> float:
    """How long these CPUs did something, for this machine or for others that share it."""
    total = 0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *ticks = line.split()
        if name in {f"cpu{cpu}" for cpu in cpus}:
            user, nice, system, _, _, irq, softirq, steal = map(int, ticks[:8])
            total += user + nice + system + irq + softirq + steal
    return total / os.sysconf("SC_CLK_TCK")


def status_bytes(name: str) -> int:
    """A line of this process's status: "VmHWM" is the most memory that it ever had, "VmRSS" what it has."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1]) * 1024


def available_bytes() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]) * 1024
