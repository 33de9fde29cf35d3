"""A contest in a few lines for the terminal."""
from __future__ import annotations

from . import figures
from .results import Contest, Result
from .tables import ours_in, percent, three_digits


NOISE = 0.05  # what others may have of the CPUs


def of_contest(contest: Contest) -> str:
    ours = ours_in(contest)
    lines = [f"{contest.workload}, {contest.threads} thread{'s' * (contest.threads > 1)}"]
    if reached := figures.shares(contest, ours):
        lines[0] += (f": llmc reaches {percent(reached.flops)} of the machine's multiply-adds, "
                     f"{percent(reached.reads)} of its reads")
    if contest.others_share > NOISE:
        lines[0] += f" (others had {percent(contest.others_share)} of the CPUs: the ratios mean little)"
    for result in contest.results:
        ratio, later = figures.speed(ours, result), figures.later(ours, result)
        if result is not ours and ratio and later:
            lines.append(f"  {ratio.median:.2f} times as fast as {result.title} ({ratio.least:.2f} to {ratio.most:.2f} "
                         f"in {len(result.slices)} rounds), which takes {three_digits(later)} times as long to start"
                         + _memory(ours, result))
        lines += [f"  {result.title}: {text}" for text in (result.refusal, result.judgement) if text]
    return "\n".join(lines)


def _memory(ours: Result, theirs: Result) -> str:
    if not ours.peak_bytes or not theirs.peak_bytes:
        return ""
    return f" and {theirs.peak_bytes / ours.peak_bytes:.2f} times the memory"
