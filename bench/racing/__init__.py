"""The rooms of bench/race: what is raced (workloads, graphs, compiler, feeds), who races (peers, contender), how
(contest, judge, limits, machine), and what is said of it (results, figures, tables, plots, pages, summary)."""
