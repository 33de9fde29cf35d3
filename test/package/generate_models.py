"""The example `generate` on exported decoders: the tokens are those that ONNX Runtime gives without a cache.

  generate_models.py EXAMPLE MODELS FOLDER      all models with past below MODELS, and below ../shared/models when it is there
"""
import os
import subprocess
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime

example, models, folder = map(Path, sys.argv[1:])
PROMPT, TOKENS = [17, 911, 4, 350, 4], 12
REFUSED = 3
CLOSE = 0.02  # of the logits' range: where rounding may decide which of two tokens is ahead


def has_past(path: Path) -> bool:
    """Not where activations are quantized: then tokens depend on those beside them, and the past is no longer only appended to."""
    graph = onnx.load(path, load_external_data=False).graph
    if any("Quantize" in node.op_type for node in graph.node):
        return False
    names, outputs = {each.name for each in graph.input}, {each.name for each in graph.output}
    past = {name for name in names if name.startswith("past_key_values.")}
    return "input_ids" in names and names - past <= {"input_ids", "attention_mask", "position_ids"} and bool(past) \
        and {name.replace("past_key_values.", "present.") for name in past} <= outputs


def logits_without_cache(session: onnxruntime.InferenceSession, tokens: list[int]) -> numpy.ndarray:
    count = len(tokens)
    feeds = {}
    for each in session.get_inputs():
        if each.name.startswith("past_key_values."):
            kind = numpy.float16 if each.type == "tensor(float16)" else numpy.float32
            dims = [size if isinstance(size, int) else 0 if "past" in size else 1 for size in each.shape]
            feeds[each.name] = numpy.zeros(dims, kind)
    feeds["input_ids"] = numpy.array([tokens])
    feeds["attention_mask"] = numpy.ones((1, count), numpy.int64)
    feeds["position_ids"] = numpy.arange(count)[None]
    asked = {each.name for each in session.get_inputs()}
    return session.run(["logits"], {name: value for name, value in feeds.items() if name in asked})[0][0, -1]


def generated(model: Path, name: str, *options: str) -> list[int]:
    command = [folder / "build/generate", folder / f"{name}/{name}.so", "--tokens", str(TOKENS), *options]
    return [int(token) for token in subprocess.run(command + list(map(str, PROMPT)), check=True, capture_output=True,
                                                   text=True).stdout.split()]


def judge(model: Path) -> str | None:
    name = model.parent.name.replace(".", "_")
    compiled = subprocess.run([f"{os.environ['LLMC']}/bin/llmc", "compile", model, "-o", folder / name, "--name", name,
                               "--cpu=native"], capture_output=True, text=True)
    if compiled.returncode == REFUSED and models not in model.parents:
        return None  # beside the repository lie more kinds of models than llmc takes
    if compiled.returncode:
        return compiled.stderr
    tokens = generated(model, name)
    if len(tokens) != TOKENS:
        return f"{len(tokens)} tokens instead of {TOKENS}"
    if generated(model, name, "--no-cache") != tokens:
        return "other tokens without the cache"
    session = onnxruntime.InferenceSession(model)
    for i, token in enumerate(tokens):
        logits = logits_without_cache(session, PROMPT + tokens[:i]).astype(numpy.float64)
        if logits.max() - logits[token] > CLOSE * numpy.ptp(logits):
            return f"token {i} is {token}, ONNX Runtime's {logits.argmax()}"
    return None


subprocess.run(["cmake", "-S", example, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={os.environ['LLMC']}"], check=True,
               stdout=subprocess.DEVNULL)
subprocess.run(["cmake", "--build", folder / "build"], check=True, stdout=subprocess.DEVNULL)
found = [path for root in (models, models.parents[1] / "../shared/models") for path in sorted(root.glob("*/model.onnx"))
         if has_past(path)]
failures = 0
for path in found:
    problem = judge(path)
    print(f"{path.parent.name}: {problem or 'fine'}")
    failures += problem is not None
sys.exit(failures or not found)
