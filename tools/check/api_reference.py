"""Turns a documented C header into a page of the reference.

What it relies on is how this project's headers are written: a comment stands before its declaration, or behind a field
on the same line; declarations without a blank line between them share the comment; `/* ---- name` begins a section.
A function that no comment explains is an error.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DIRECTIVE = re.compile(r"#(?:[^\n]*\\\n)*[^\n]*")
VALUE = re.compile(r"[^,/]+,?")  # of an enum; the last one has no comma
CPLUSPLUS = re.compile(r"#ifdef __cplusplus\n.*?#endif\n", re.DOTALL)


@dataclass
class Entry:
    """Declarations that share a comment."""
    comment: str
    declarations: list[str] = field(default_factory=list)


def words_of(comment: str) -> str:
    """The text of a comment, a line for each paragraph, safe in Markdown."""
    lines = [re.sub(r"^\s*\* ?", "", line) for line in comment[2:-2].split("\n")]
    paragraphs = re.split(r"\n\s*\n", "\n".join(lines))
    return "\n\n".join(escaped(" ".join(paragraph.split())) for paragraph in paragraphs).strip()


def escaped(text: str) -> str:
    """Stars, bars and angle brackets as they are, outside of `code`."""
    parts = text.split("`")
    return "`".join(part if i % 2 else re.sub(r"([*|<])", r"\\\1", part) for i, part in enumerate(parts))


def end_of_declaration(text: str, begin: int) -> int:
    """Behind the first semicolon that no bracket or comment encloses."""
    depth, i = 0, begin
    while text[i] != ";" or depth:
        comment = COMMENT.match(text, i)
        depth += (text[i] in "({[") - (text[i] in ")}]")
        i = comment.end() if comment else i + 1
        if i == len(text):
            return i
    return i + 1


def pieces(text: str):
    """Kind ("comment", "directive", "declaration"), text, and whether a blank line stands before it."""
    i = 0
    while i < len(text):
        space = re.compile(r"\s*").match(text, i)
        apart, i = space[0].count("\n") > 1, space.end()
        if i == len(text):
            return
        for kind, pattern in (("comment", COMMENT), ("directive", DIRECTIVE)):
            found = pattern.match(text, i)
            if found:
                end = found.end()
                break
        else:
            kind, end = "declaration", end_of_declaration(text, i)
        yield kind, text[i:end], apart
        i = end


def parsed(text: str) -> tuple[str, list[str | Entry]]:
    """What the header says of itself; then names of sections, and entries."""
    introduction, comment, found = None, "", []
    for kind, piece, apart in pieces(CPLUSPLUS.sub("\n", text)):
        section = re.match(r"/\* -{4,} (.+?)\s*(\n|-|\*/)", piece)
        if section:
            found.append(section[1])
            comment = ""
        elif kind == "comment":
            if introduction is None:
                introduction = words_of(piece)
            else:
                comment = words_of(piece)
                found.append(Entry(comment))
        elif kind == "declaration":
            alone = not found or isinstance(found[-1], str) or (apart and found[-1].declarations)
            if alone or (found[-1].declarations and "{" in found[-1].declarations[-1] + piece):
                found.append(Entry(""))
            found[-1].declarations.append(without_export(piece))
        elif isinstance(found[-1] if found else None, Entry) and not found[-1].declarations:
            found.pop()  # a comment on a directive
    return introduction or "", found


def names_of(declaration: str) -> list[str]:
    """What a declaration declares; of an enum without a name, its values."""
    last = re.search(r"\}\s*(\w+)?;$", declaration)
    if last and not last[1]:
        return re.findall(r"[{,]\s*(\w+)", COMMENT.sub("", declaration))
    if declaration.startswith("typedef"):
        return [re.search(r"(\w+);$", declaration)[1]]
    return [re.search(r"(\w+)\s*\(", declaration)[1]]


def without_export(declaration: str) -> str:
    """A declaration without what makes it visible, its further lines moved to the left with the first."""
    plain = re.sub(r"^\w+_EXPORT\s+", "", declaration)
    moved = len(declaration) - len(plain)
    return plain.replace("\n" + moved * " ", "\n") if moved else plain


def members(body: str, are_values: bool) -> list[tuple[str, str]]:
    """Declarations in a struct or an enum, each with its comment before or behind."""
    found, comment, i = [], "", 0
    while i < len(body):
        space = re.compile(r"\s*").match(body, i)
        i = space.end()
        written = COMMENT.match(body, i)
        if written:
            i = written.end()
            if found and "\n" not in space[0]:
                found[-1] = (found[-1][0], f"{found[-1][1]} {words_of(written[0])}".strip())
            else:
                comment = words_of(written[0])
        elif i < len(body):
            end = VALUE.match(body, i).end() if are_values else end_of_declaration(body, i)
            found.append((" ".join(body[i:end].rstrip(",; \n").split()), comment))
            comment, i = "", end
    return found


def rendered_members(declaration: str) -> list[str] | None:
    """A table of what a struct or enum holds; None where it has nothing to say about any of them."""
    held = re.search(r"\{(.*)\}\s*\w*;$", declaration, re.DOTALL)
    if not held or not COMMENT.search(held[1]):
        return None
    is_enum = re.match(r"(typedef )?enum", declaration)
    lines = ["| Value | |" if is_enum else "| Field | |", "|---|---|"]
    for member, comment in members(held[1], bool(is_enum)):
        text = comment.replace("\n\n", " ")
        lines.append(f"| `{member}` | {text} |")
    return lines


def rendered(entry: Entry) -> str:
    names = [name for declaration in entry.declarations for name in names_of(declaration)]
    if any("(" in declaration and "{" not in declaration for declaration in entry.declarations) and not entry.comment:
        raise ValueError(f"{names[0]} has no comment")
    blocks = ["### " + ", ".join(f"`{name}`" for name in names)]
    table = rendered_members(entry.declarations[0]) if len(entry.declarations) == 1 else None
    if not table:
        blocks.append("\n".join(["```c", *entry.declarations, "```"]))
    if entry.comment:
        blocks.append(entry.comment)
    if table:
        blocks.append("\n".join(table))
    return "\n\n".join(blocks)


def page(title: str, header: Path) -> str:
    introduction, found = parsed(header.read_text())
    blocks = [f"<!-- Generated by tools/check/generated-docs from {header.name}. -->\n# {title}", introduction]
    for each in found:
        if isinstance(each, str):
            blocks.append(f"## {each[0].upper()}{each[1:]}")
        elif each.declarations:
            blocks.append(rendered(each))
    return "\n\n".join(blocks) + "\n"


def with_rows(text: str, folder: Path) -> str:
    """A header whose enum is made of the rows of a table, with the values themselves."""
    made_of = re.search(r'#define (\w+)\(name, .*\) (\w+)##name = number,\n#include "llmc/(.*)"', text)
    if not made_of:
        return text
    row, prefix, table = made_of.groups()
    rows = re.findall(rf"^{row}\((\w+), (\d+)", (folder / table).read_text(), re.MULTILINE)
    return text.replace(made_of[0], ",\n".join(f"  {prefix}{name} = {number}" for name, number in rows))


def values(title: str, header: Path, prefix: str) -> str:
    """The enum of a header whose values begin with `prefix`, as a section."""
    for each in parsed(with_rows(header.read_text(), header.parent))[1]:
        if isinstance(each, Entry) and any(names_of(one)[0].startswith(prefix) for one in each.declarations):
            return f"\n## {title}\n\n{each.comment}\n\n```c\n{each.declarations[0]}\n```\n"
    raise ValueError(f"{header} has no values {prefix}")


def c_api(root: Path) -> str:
    headers = root / "runtime/include/llmc"
    statuses = "\n## Statuses\n\nWhat calls return, and when: [errors.md](errors.md#statuses-of-the-runtime).\n"
    return page("The C API of a compiled model", headers / "llmc.h") + \
        values("Element types", headers / "dtype.h", "LLMC_DTYPE_") + statuses


def compiler_api(root: Path) -> str:
    return page("The C API of the compiler", root / "compiler/api/llmc-compiler.h")
