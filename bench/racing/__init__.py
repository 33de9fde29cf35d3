"""The rooms of bench/race: what is raced (workloads, graphs, precisions, compiler, feeds, courses), who races (peers,
forms, making, contender), how (contest, judge, limits, machine), and what is said of it (results, figures, tables, plots,
pages, summary)."""
