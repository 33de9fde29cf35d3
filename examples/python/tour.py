"""What the Python package can do, on a model that takes token ids. usage: tour.py MODEL.onnx"""

import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# [compile]
import llmc

model_path, folder = sys.argv[1], tempfile.mkdtemp()
artefact = llmc.compile(model_path, folder, cpu="native", dims={"sequence_length": (1, 128)},
                        progress=lambda now: now.share or print(now))  # each phase, when it begins
print(artefact.facts["kernels"], "kernels for", *artefact.facts["levels"])
# [compile]

# [load]
model = llmc.load(folder)
for tensor in model.inputs.values():
    print("input: ", tensor)  # tensor.name, tensor.dtype, tensor.dims
for tensor in model.outputs.values():
    print("output:", tensor)
print("at most:", model.symbols["sequence_length"].most, "tokens")
# [load]


# [call]
def feeds(ids):
    ids = np.asarray(ids)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}


outputs = model(feeds([[101, 7, 12, 102]]))  # or by keywords: model(input_ids=..., ...)
print("result:", outputs["last_hidden_state"].shape, outputs["last_hidden_state"].dtype)
# [call]

# [errors]
try:
    model(feeds([101, 7, 12, 102]))
except llmc.ModelError as error:
    print(f"{error.status.name}: {error}")
# [errors]

# [threads]
sentences = [np.arange(1, 2 + length).reshape(1, -1) for length in range(64)]
with ThreadPoolExecutor(4) as pool:  # each call takes a context of its own; none holds the GIL
    results = list(pool.map(lambda ids: model(feeds(ids))["last_hidden_state"], sentences))
print("threads:", sum(result.shape[1] for result in results), "tokens")
# [threads]

# [context]
buffer = np.empty(128 * 128, np.float32)  # room for the largest result
with model.context(threads=2) as context:
    for ids in sentences:
        outputs = context.run(feeds(ids), outputs={"last_hidden_state": buffer}, deadline_ms=60_000)
        assert np.shares_memory(outputs["last_hidden_state"], buffer)
# [context]

# [cancel]
stopping = threading.Event()


def work():
    try:
        while not stopping.is_set():
            context.run(feeds(np.ones((64, 128), np.int64)))
    except llmc.Cancelled:
        pass


with model.context(threads=1) as context:
    worker = threading.Thread(target=work)
    worker.start()
    stopping.set()  # no further run,
    context.cancel()  # and none that is under way
    worker.join()
# [cancel]

# [profile]
with model.context(threads=1) as context:
    context.run(feeds(np.ones((8, 128), np.int64)), profile=True)
    slowest = max(context.profile(), key=lambda kernel: kernel.seconds)
    print("slowest kernel:", slowest.name, "of", slowest.nodes)
# [profile]
