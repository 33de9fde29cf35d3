"""The files that the checks look at."""
import subprocess
from pathlib import Path


def listed(root: Path, *patterns: str) -> list[Path]:
    """Files known to git or not ignored by it, relative to `root`, in order."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout.split("\0")
    return sorted(Path(name) for name in names if name and (root / name).is_file())


CPP = ("*.h", "*.cpp", "*.c", "*.cuh", "*.cu")
