"""Compares every #include of our own headers with the edges that layers.txt allows."""
import re
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from sources import CPP, listed

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]((?:\w+|\.\.)/[^">]+)[">]', re.MULTILINE)
OURS = ("compiler/", "runtime/", "tools/", "test/", "../")


def read_rules(path: Path) -> dict[str, list[str]]:
    rules = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            folder, allowed = line.split(":")
            rules[folder] = [] if allowed.strip() == "-" else allowed.split()
    return rules


def is_under(path: str, folder: str) -> bool:
    """Whether `path` lies in `folder`, whose components may be `*`."""
    parts, pattern = PurePath(path).parts, PurePath(folder).parts
    return len(parts) > len(pattern) and all(map(fnmatchcase, parts, pattern))


def layer_of(path: str, rules: dict[str, list[str]]) -> str | None:
    """The longest rule that matches; of equally long ones the first in the file, which is the one without `*`."""
    matching = [folder for folder in rules if is_under(path, folder)]
    return max(matching, key=lambda folder: len(PurePath(folder).parts), default=None)


def home(path: str, layer: str) -> str:
    """The folder that `layer` stands for at `path`: the pattern with its `*` filled in."""
    return "/".join(PurePath(path).parts[: len(PurePath(layer).parts)])


def is_allowed(source: str, header: str, layer: str, rules: dict[str, list[str]]) -> bool:
    allowed = [home(source, layer), *rules[layer]]
    return "all" in allowed or any(is_under(header, folder) for folder in allowed)


def from_root(header: str, root: Path) -> str | None:
    """The path of one of our own headers; the runtime's files include each other as seen from its folder."""
    for folder in ("runtime/include/", "runtime/"):
        if (root / folder / header).is_file():
            return folder + header
    return header if header.startswith(OURS) else None


def problems(root: Path) -> list[str]:
    rules = read_rules(root / "tools/check/layers.txt")
    found = []
    for path in listed(root, *CPP, "*.def", "*.inc"):
        source = str(path)
        layer = layer_of(source, rules)
        headers = INCLUDE.findall((root / path).read_text(errors="replace"))
        for header in filter(None, (from_root(header, root) for header in headers)):
            if layer is None:
                found.append(f"{source}: its folder has no line in tools/check/layers.txt")
                break
            if header.startswith(".."):
                found.append(f"{source}: includes {header}; write the path from the repository's root")
            elif not is_allowed(source, header, layer, rules):
                found.append(f"{source}: {home(source, layer)} may not include {header}")
    return found
