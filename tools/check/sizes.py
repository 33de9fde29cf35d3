"""Holds files and functions to their sizes: none over the hard limit, and nearly all well below it.

Functions are found by clang-format's style: a signature begins in the first column, or in the third inside a class, and
its body ends with a `}` in the same column.
"""
import re
from pathlib import Path

from sources import CPP, listed

FILE_LIMIT, FILE_MEDIAN = 800, 200  # lines
FUNCTION_LIMIT, FUNCTION_P95 = 120, 60  # lines of code, without comments and blank lines

TYPE = re.compile(r"^(template\b.*>\s*)?(class|struct|union)\b")
NOT_A_FUNCTION = re.compile(r"^(namespace|enum|extern|typedef|using)\b")
NAME = re.compile(r"([\w:~]+)\s*\(")


def code_lines(lines: list[str]) -> int:
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("//"))


def functions(text: str):
    """Signature and lines of code of each function."""
    indent, signature, body = "", "", None
    for line in text.splitlines():
        if body is not None:
            if line.startswith(indent + "}"):
                yield signature, code_lines(body)
                signature, body = "", None
            else:
                body.append(line)
        elif line.startswith("}"):
            indent, signature = "", ""
        elif not signature and re.match(r"\s|#|/|$", line.removeprefix(indent)):
            continue
        else:
            signature = f"{signature} {line.strip()}".strip()
            if signature.endswith("{") and TYPE.match(signature) and not indent:
                indent, signature = "  ", ""
            elif signature.endswith("{") and "(" in signature and not signature.endswith("= {") \
                    and not NOT_A_FUNCTION.match(signature):
                body = []
            elif signature[-1] in "{};:":
                signature = ""


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
