"""Code in the guide and on the first page is code of the repository: a fence says where it comes from, and its text must be what stands there.

    ```cpp file=examples/pass_plugin/SkipSoftmaxBeforeArgmax.cpp#plugin

The part behind `#` is what lies between two lines `// [plugin]` (or `# [plugin]`); without it the block is the whole
file. Such lines are left out of blocks.
"""
import re
from pathlib import Path

FENCE = re.compile(r"^(```\w+ file=(\S+?)(?:#(\w+))?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"^\s*(?://|#) \[(\w+)\]\s*$")


def part_of(path: Path, part: str | None) -> str:
    lines, inside = [], part is None
    for line in path.read_text().splitlines(keepends=True):
        marker = MARKER.match(line)
        if marker and marker[1] == part:
            inside = not inside
        elif not marker and inside:
            lines.append(line)
    if not lines:
        raise ValueError(f"{path} has no part [{part}]")
    return "".join(lines)


def refreshed(root: Path, page: Path) -> str:
    """The text of a page with all of its blocks as their sources have them."""
    return FENCE.sub(lambda fence: f"{fence[1]}\n{part_of(root / fence[2], fence[3])}```", page.read_text())


def pages(root: Path) -> list[Path]:
    return [root / "README.md", *sorted(root.glob("docs/guide/*.md"))]
