"""A race as if it had been held, for tests."""

from racing.machine import Machine
from racing.results import Contest, Limit, Opening, Race, Result, Slice


def result(peer, title, *seconds, **fields):
    """A contender whose runs took so long, a slice each."""
    slices = [Slice(3, each * 0.9, each) for each in seconds]
    fields = {"opening": Opening(seconds[0] * 10, 30_000_000, ""), "peak_bytes": 400_000_000,
              "files_bytes": 200_000_000} | fields if seconds else fields
    return Result(peer, title, slices=slices, **fields)


def contest(workload="bert", threads=1, **fields):
    """1 GFLOP and 1 GB a run, where the machine does 100 GFLOP and 10 GB a second at best."""
    results = [result("llmc", "llmc", 0.2, 0.1, 0.2, compile_seconds=4.0, compile_peak_bytes=300_000_000,
                      errors={"logits": 1e-6}),
               result("onnxruntime", "ONNX Runtime", 0.4, 0.1, 0.2),
               result("openvino-default", "OpenVINO", 0.1, 0.1, 0.1, errors={"logits": 0.02},
                      cosines={"logits": 0.99}, judgement="other numbers than ONNX Runtime's: logits is off by 2.0e-02 of its greatest value"),
               result("torch", "PyTorch", refusal="torch is not installed in the <environment>")]
    limits = [Limit(100e9, 5e9), Limit(50e9, 10e9)]
    return Contest(workload, workload.upper(), threads, list(range(threads)), {"batch": 1}, 1e9, 1e9,
                   **{"results": results, "limits": limits, "others_share": 0.02, "asleep_share": 0.001} | fields)


def race():
    machine = Machine("A CPU | with a bar", ["avx2", "fma"], 2, 8 << 30, "Linux")
    return Race("2026-01-02", machine, {"llmc": "0.1.0", "onnxruntime": "1.2.3"}, 0.2, 3,
                {"vit": "llmc can't compile model.onnx: no"}, [contest(), contest("bert", 2), contest("gpt2")])
