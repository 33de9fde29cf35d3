"""Pastes the commands of a page into one shell, as a reader would, and compares what they print with the page.

  paste.py PAGE.md FOLDER [COPY|NAME=PATH...]    in FOLDER, which begins with nothing but the contents of each COPY, and with
                                                 links called NAME

First the files that the page shows as a whole are written there (fences of tools/check/snippets.py), without the two
folders at the beginning of their paths. A command is a line that begins with "$ "; a backslash at its end continues it. The lines below it up to the next
command, blank line or fence are what it prints: "..." stands for anything, a line of its own for any lines. Without such
lines the command only has to succeed; after "$ ! " it has to fail.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path


def commands(page: Path) -> list[tuple[str, list[str]]]:
    """Each command with the lines that it prints."""
    found: list[tuple[str, list[str]]] = []
    lines = iter(page.read_text().splitlines())
    printing = False
    for line in lines:
        text = line.strip()
        if text.startswith("$ "):
            command = text[2:]
            while command.endswith("\\"):
                command = command[:-1] + next(lines).strip()
            found.append((command, []))
            printing = True
        elif not text or text.startswith("```"):
            printing = False
        elif printing:
            found[-1][1].append(text)
    return found


def write_files(page: Path, folder: Path) -> None:
    for name, text in re.findall(r"^```\w+ file=([^\s#]+)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL):
        path = folder / Path(*Path(name).parts[2:])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def matches(wanted: list[str], printed: str) -> bool:
    pattern = r"\n".join(re.escape(line).replace(r"\.\.\.", ".*?" if line != "..." else r"[\s\S]*?") for line in wanted)
    got = "\n".join(line.strip() for line in printed.splitlines() if line.strip())
    return re.fullmatch(pattern, got) is not None


def main() -> int:
    page, folder = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for argument in sys.argv[3:]:
        name, is_link, path = argument.partition("=")
        if is_link:
            (folder / name).symlink_to(path)
        else:
            shutil.copytree(argument, folder, dirs_exist_ok=True)
    write_files(page, folder)
    shell = subprocess.Popen(["bash"], cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    failures = 0
    for command, wanted in commands(page):
        fails = command.startswith("! ")
        shell.stdin.write(f"{{ {command.removeprefix('! ')}; }} </dev/null; echo \"[paste:$?]\"\n")
        shell.stdin.flush()
        printed = ""
        while not (end := re.search(r"\[paste:(\d+)\]\n$", printed)):
            line = shell.stdout.readline()
            if not line:
                sys.exit(f"$ {command}\nended the shell:\n{printed}")
            printed += line
        printed = printed[: end.start()]
        right = (int(end[1]) != 0) == fails and (not wanted or matches(wanted, printed))
        if not right:
            failures += 1
            print(f"$ {command}\n-- exit code {end[1]}, printed:\n{printed}-- the page says:\n" + "\n".join(wanted))
    shell.stdin.close()
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
