"""The results as tables of text, from which all pages are made."""
from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Callable, Iterator

from . import figures
from .peers import JUDGE, OURS, PEERS
from .precisions import PRECISIONS
from .results import Contest, Race, Result

NOTHING = "–"


@dataclass(frozen=True)
class Table:
    title: str
    text: str  # how to read it
    header: list[str]
    rows: list[list[str]]


def of_race(race: Race) -> Iterator[Table]:
    for threads in sorted({contest.threads for contest in race.contests}):
        held = [contest for contest in race.contests if contest.threads == threads]
        on = f"{threads} thread" if threads == 1 else f"{threads} threads"
        yield speeds(held, on, race.rounds)
        yield limits(held, on)
        yield memory(held, on)
        yield cold_starts(held, on)
    yield ahead_of_time(race)
    yield numbers(race)
    yield quiet(race)
    if refused := refusals(race):
        yield Table("Who did not race, and notes", "In brackets the number of threads.",
                    ["contender", "what", "where"], refused)


def names(contests: list[Contest]) -> list[str]:
    """Contenders of any of these, in the order of PEERS."""
    present = {result.peer for contest in contests for result in contest.results}
    return [name for name in PEERS if name in present]


def by_contender(contests: list[Contest], peers: list[str], cell: Callable[[Contest, Result], str]) -> list[list[str]]:
    def text(contest: Contest, peer: str) -> str:
        result = figures.find(contest, peer)
        return cell(contest, result) if result else NOTHING

    return [[contest.workload] + [text(contest, peer) for peer in peers] for contest in contests]


def titles(peers: list[str]) -> list[str]:
    return [PEERS[name].title for name in peers]


def ours_in(contest: Contest) -> Result:
    return next(result for result in contest.results if result.peer == OURS)


def speeds(contests: list[Contest], on: str, rounds: int) -> Table:
    def cell(contest: Contest, result: Result) -> str:
        ratio = figures.speed(ours_in(contest), result)
        mark = " *" if result.judgement else " …" if result.refusal else ""
        return f"{ratio.median:.2f} ({ratio.least:.2f} to {ratio.most:.2f}){mark}" if ratio else NOTHING

    peers = [name for name in names(contests) if name != OURS]
    return Table(f"Speed on {on}",
                 f"How many times as fast as a peer llmc is: the median of {rounds} rounds (the least to the most). "
                 "* marks a peer whose numbers differ or can't be compared, … one that ended before the race did.",
                 ["workload", *titles(peers)], by_contender(contests, peers, cell))


def limits(contests: list[Contest], on: str) -> Table:
    def cell(contest: Contest, result: Result) -> str:
        reached = figures.shares(contest, result)
        mark = " *" * bool(result.judgement)
        return f"{percent(reached.flops)} / {percent(reached.reads)}{mark}" if reached else NOTHING

    peers = names(contests)
    rows = by_contender(contests, peers, cell)
    for row, contest in zip(rows, contests):
        row[1:1] = [figures.nearer_limit(contest), three_digits(contest.flops * 1e-9),
                     three_digits(contest.bytes * 1e-6)]
    return Table(f"Share of the machine's limits on {on}",
                 "Multiply-adds in f32 / bytes read from memory, each in % of the most that the machine did in any "
                 "round; of each contender the best round; * as above. The work is what llmc counts for its own "
                 "kernels, each tensor once, and taken as the same for all; products of bytes are not counted. More than "
                 "100 % of reads come from caches.",
                 ["workload", "nearer limit", "GFLOP", "MB", *titles(peers)], rows)


def memory(contests: list[Contest], on: str) -> Table:
    def cell(_: Contest, result: Result) -> str:
        if result.peak_bytes is None or result.opening is None:
            return NOTHING
        return f"{megabytes(result.peak_bytes)} ({megabytes(result.opening.imported_bytes)})"

    peers = names(contests)
    return Table(f"Memory on {on}", "The most that the process ever had, in MB, and in brackets what it had with its "
                 "libraries and inputs loaded and nothing opened. Pages of mapped files count where they were touched.",
                 ["workload", *titles(peers)], by_contender(contests, peers, cell))


def cold_starts(contests: list[Contest], on: str) -> Table:
    def cell(contest: Contest, result: Result) -> str:
        ratio = figures.later(ours_in(contest), result)
        if result.opening is None or ratio is None:
            return NOTHING
        return f"{result.opening.seconds * 1e3:.0f} ms" if result.peer == OURS else f"{three_digits(ratio)} times"

    peers = names(contests)
    return Table(f"Cold start on {on}", "From files to the first result, once, in a fresh process that has imported "
                 "its libraries; the files are in the page cache. Peers in multiples of llmc's time.",
                 ["workload", *titles(peers)], by_contender(contests, peers, cell))


def ahead_of_time(race: Race) -> Table:
    first = {contest.workload: contest for contest in reversed(race.contests)}
    contests = sorted(first.values(), key=race.contests.index)
    peers = names(contests)

    def cell(_: Contest, result: Result) -> str:
        return NOTHING if result.files_bytes is None else megabytes(result.files_bytes)

    rows = by_contender(contests, peers, cell)
    for row, contest in zip(rows, contests):
        ours = ours_in(contest)
        row[1:1] = [f"{ours.compile_seconds:.1f} s" if ours.compile_seconds is not None else NOTHING,
                    megabytes(ours.compile_peak_bytes) if ours.compile_peak_bytes is not None else NOTHING]
    return Table("Compiling, and size of the files", "llmc compile with its defaults, for all CPU levels; the most "
                 "memory that it had, and the files that running takes besides libraries, in MB.",
                 ["workload", "compiling", "its memory", *(f"files of {title}" for title in titles(peers))], rows)


def numbers(race: Race) -> Table:
    peers = [name for name in names(race.contests) if name != JUDGE]

    def cell(_: Contest, result: Result) -> str:
        if result.judgement and not result.errors:
            return "not judged"
        worst = max(result.errors.values(), default=None)
        if worst is None:
            return NOTHING
        numbers = "no numbers" if math.isinf(worst) else f"{worst:.1e}"
        if result.cosines:
            numbers += f", {min(result.cosines.values()):.5f}"
        return numbers + " *" * bool(result.judgement)

    rows = by_contender(race.contests, peers, cell)
    for row, contest in zip(rows, race.contests):
        row.insert(1, str(contest.threads))
    return Table(f"Numbers beside {PEERS[JUDGE].title}'s", "The greatest difference in an output, in shares of the "
                 "greatest value there, and the least cosine of an output with its. * marks a difference of more than "
                 f"{PRECISIONS[race.precision].tolerance:.0e}, which is tolerated.",
                 ["workload", "threads", *titles(peers)], rows)


def quiet(race: Race) -> Table:
    def row(contest: Contest) -> list[str]:
        flops = figures.spread([each.flops_per_second * 1e-9 for each in contest.limits])
        reads = figures.spread([each.read_bytes_per_second * 1e-9 for each in contest.limits])
        return [contest.workload, str(contest.threads), ", ".join(map(str, contest.cpus)),
                *(f"{each.least:.1f} to {each.most:.1f}" if each else NOTHING for each in (flops, reads)),
                percent(contest.others_share), percent(contest.asleep_share)]

    return Table("How quiet the machine was", "Limits in the slowest and in the fastest round. Others: what other "
                 "processes and other machines on the same CPUs had of their time. Asleep: CPU time of contenders that "
                 "should have slept, at most in a slice. Where these are more than a few percent, the ratios mean "
                 "little.",
                 ["workload", "threads", "CPUs", "GFLOP/s", "GB/s", "others", "asleep"],
                 [row(contest) for contest in race.contests])


def refusals(race: Race) -> list[list[str]]:
    """Each reason once, with all contests where it came up."""
    found: dict[tuple[str, str], list[str]] = {("", reason): [name] for name, reason in race.refusals.items()}
    for contest in race.contests:
        for result in contest.results:
            note = result.opening.note if result.opening else ""
            for text in filter(None, (result.refusal, result.judgement, note)):
                found.setdefault((result.title, text), []).append(f"{contest.workload} ({contest.threads})")
    return [[title, text, ", ".join(where)] for (title, text), where in found.items()]


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def megabytes(count: int) -> str:
    return f"{count * 1e-6:.0f}" if count >= 10e6 else f"{count * 1e-6:.1f}"
