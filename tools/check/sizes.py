"""Holds files and functions to their sizes: none over the hard limit, and nearly all well below it.

Functions are found by clang-format's style: a body opens on a line that begins in the first column, and ends with a `}`
there. Bodies inside classes are not seen; they are short or they would not be there.
"""
import re
from pathlib import Path

from sources import CPP, listed

FILE_LIMIT, FILE_MEDIAN = 800, 200  # lines
FUNCTION_LIMIT, FUNCTION_P95 = 120, 60  # lines of code, without comments and blank lines

NOT_A_FUNCTION = re.compile(r"^(namespace|class|struct|enum|union|extern|typedef|using|template\b.*\b(class|struct)\b)")
NAME = re.compile(r"([\w:~]+)\s*\(")


def functions(text: str):
    """Name and lines of code of each function."""
    head, body = [], None
    for line in text.splitlines():
        if body is not None:
            if line.startswith("}"):
                yield " ".join(head), sum(1 for code in body if code.strip() and not code.strip().startswith("//"))
                head, body = [], None
            else:
                body.append(line)
            continue
        if not line.strip() or line[0] in "#}/" or line.rstrip().endswith(";"):
            head = []
            continue
        head.append(line.strip())
        if line.rstrip().endswith("{"):
            signature = " ".join(head)
            if NOT_A_FUNCTION.match(signature) or signature.endswith("= {") or "(" not in signature:
                head = []
            else:
                body = []


def read_exceptions(path: Path) -> dict[str, int]:
    lines = (line.split("#")[0].split(maxsplit=2) for line in path.read_text().splitlines())
    return {fields[0]: int(fields[1]) for fields in lines if len(fields) == 3}


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[int(share * (len(values) - 1))] if values else 0


def problems(root: Path) -> list[str]:
    exceptions = read_exceptions(root / "tools/check/sizes.txt")
    found, file_sizes, function_sizes = [], [], []

    def judge(name: str, size: int, limit: int) -> None:
        limit = exceptions.get(name, limit)
        if size > limit:
            found.append(f"{name}: {size} lines, the limit is {limit}")

    for path in listed(root, *CPP, "*.td", "*.py"):
        text = (root / path).read_text(errors="replace")
        file_sizes.append(text.count("\n"))
        judge(str(path), file_sizes[-1], FILE_LIMIT)
        if path.suffix in (".td", ".py"):
            continue
        for signature, size in functions(text):
            name = NAME.search(signature)
            function_sizes.append(size)
            judge(f"{path}:{name.group(1) if name else signature}", size, FUNCTION_LIMIT)

    if percentile(file_sizes, 0.5) > FILE_MEDIAN:
        found.append(f"half of all files have more than {FILE_MEDIAN} lines")
    if percentile(function_sizes, 0.95) > FUNCTION_P95:
        found.append(f"one function in twenty has more than {FUNCTION_P95} lines of code")
    return found
