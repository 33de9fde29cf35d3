"""run_inputs.py make|compare FOLDER: inputs of network.mlir in every form, and what was made of them."""
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, numpy_helper

folder = Path(sys.argv[2])
if sys.argv[1] == "make":
    x = np.random.default_rng(0).standard_normal((3, 8)).astype(np.float32)
    np.savez(folder / "x.npz", x=x)
    np.save(folder / "x.npy", x)
    (folder / "pb").mkdir()
    (folder / "pb/input_0.pb").write_bytes(numpy_helper.from_array(x, "x").SerializeToString())
    np.savez(folder / "wrong_shape.npz", x=x[:, :7])
    np.savez(folder / "wrong_type.npz", x=x.astype(np.int64))
    np.savez(folder / "wrong_name.npz", z=x)
else:
    tensor = TensorProto()
    tensor.ParseFromString((folder / "b/output_0.pb").read_bytes())
    results = [np.load(folder / "a.npz")["y"], numpy_helper.to_array(tensor), np.load(folder / "c.npz")["y"]]
    print("all the same" if all(np.array_equal(results[0], other) for other in results) else results)
