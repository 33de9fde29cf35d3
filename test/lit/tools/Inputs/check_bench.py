"""check_bench.py FILE.json: does what `llmc bench --profile --json` wrote add up?"""
import json
import sys

report = json.load(open(sys.argv[1]))
latency = report["latency_seconds"]
order = [latency[key] for key in ("least", "median", "p90", "p99", "most")]
assert order == sorted(order) and latency["rounds"] == 5, latency
kernels = report["kernels"]
assert len(kernels) == 3 and abs(sum(kernel["share"] for kernel in kernels) - 1) < 1e-6, kernels
assert sum(kernel["flops"] for kernel in kernels if "flops" in kernel) == report["flops"], report
assert report["limits"]["flops_per_second"] > 1e8, report["limits"]
