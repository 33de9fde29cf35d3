"""race.md and race.html: the same tables; the page has plots, too."""
from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Iterator

from . import plots, tables
from .results import Race, write_whole
from .tables import Table

STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #777; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; }
p { max-width: 60rem; } .quiet { color: var(--quiet); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .8rem .25rem 0; text-align: left; }
svg { max-width: 100%; height: auto; } svg text { fill: currentColor; font-size: 12px; }
"""


def write(race: Race, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "race.md", markdown(race))
    write_whole(folder / "race.html", html(race))


def facts(race: Race) -> Iterator[tuple[str, str]]:
    machine = race.machine
    yield "Machine", f"{machine.cpu}, {machine.cores} cores, {machine.memory_bytes / 2**30:.0f} GiB, {machine.system}"
    yield "Instructions that matter", ", ".join(machine.flags) or "none of those known here"
    yield "Versions", ", ".join(f"{name} {version}" for name, version in race.versions.items())
    yield "Race", (f"{race.date}, {race.rounds} rounds of {race.seconds:g} s for each contender; llmc computes products in "
                    f"{race.precision}")


METHOD = ("All contenders of a workload take turns in one run, each in a process of its own on the same CPUs, asleep "
          "while others run; the order rotates from round to round. A ratio is made in each round. Times of different "
          "runs are not comparable, since the machine's clock wanders; ratios are.")


def markdown(race: Race) -> str:
    parts = ["# A race", METHOD, "\n".join(f"- {name}: {text}" for name, text in facts(race))]
    for table in tables.of_race(race):
        parts += [f"## {table.title}", table.text, _markdown_table(table)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _markdown_table(table: Table) -> str:
    lines = [table.header, ["---"] * len(table.header), *table.rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("*", "\\*") for cell in line) + " |"
                     for line in lines)


def html(race: Race) -> str:
    body = ["<h1>A race</h1>", f"<p>{METHOD}</p>", "<table>"]
    body += [f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts(race)] + ["</table>"]
    body += [f"<h2>{escape(plot.title)}</h2>\n<div class=wide>{plot.svg}</div>" for plot in plots.of_race(race)]
    for table in tables.of_race(race):
        body += [f"<h2>{escape(table.title)}</h2>", f"<p class=quiet>{escape(table.text)}</p>", _html_table(table)]
    return ("<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
            f"<title>A race</title>\n<style>{STYLE}</style>\n" + "\n".join(body) + "\n</html>\n")


def _html_table(table: Table) -> str:
    lines = [f"<tr>{''.join(f'<th>{escape(cell)}</th>' for cell in table.header)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows]
    return "<div class=wide><table>\n" + "\n".join(lines) + "\n</table></div>"
