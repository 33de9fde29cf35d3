"""ONNX Runtime, with the graph itself and with what its quantizers make of it."""
from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Mapping, Sequence

from .peer import Peer, graph_files

if TYPE_CHECKING:
    from ..feeds import Array

LARGE = 1 << 30  # bytes: with what is added for calibration, a graph's one file could pass the 2 GiB that it may have


class OnnxRuntime(Peer):
    """With its defaults, but for the number of threads. Races at all precisions, since it judges."""

    name, title, modules = "onnxruntime", "ONNX Runtime", ("onnxruntime",)
    precisions: ClassVar[tuple[str, ...]] = ("f32", "bf16", "fp16", "int8", "int8-static", "int4")

    def open(self) -> None:
        runtime: Any = importlib.import_module("onnxruntime")
        settings = runtime.SessionOptions()
        settings.intra_op_num_threads = self.entry.threads
        model = self.opened(self.entry)
        self.session = runtime.InferenceSession(str(model), settings, providers=["CPUExecutionProvider"])
        self.given = {value.name: self.feeds[value.name] for value in self.session.get_inputs()}

    def run(self) -> Any:
        return self.session.run(None, self.given)

    def arrays(self, results: Any) -> dict[str, Array]:
        return dict(zip((value.name for value in self.session.get_outputs()), results))


class OnnxRuntimeFp16(OnnxRuntime):
    """All floats of the graph but its inputs and outputs are f16, which it computes in f32, one operator after the other."""

    name, title, precisions = "onnxruntime-fp16", "ONNX Runtime f16", ("fp16",)
    form = "model.onnx"

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        onnx: Any = importlib.import_module("onnx")
        float16: Any = importlib.import_module("onnxruntime.transformers.float16")
        onnx.save(float16.convert_float_to_float16(onnx.load(model), keep_io_types=True, disable_shape_infer=True),
                  folder / cls.form)


class OnnxRuntimeDynamic(OnnxRuntime):
    """Weights are bytes with a scale a column; one scale for all of the left side is found in each run."""

    name, title, precisions = "onnxruntime-dynamic", "ONNX Runtime int8 dynamic", ("int8",)
    form = "model.onnx"

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        quantization: Any = importlib.import_module("onnxruntime.quantization")
        quantization.quantize_dynamic(model, folder / cls.form, per_channel=True,
                                      weight_type=quantization.QuantType.QInt8)


class OnnxRuntimeQdq(OnnxRuntime):
    """Scales of what weights are multiplied with are found ahead of time. What is neither a product nor a table stays
    float: with all that it can quantize, MiniLM was a tenth slower and less exact (5 % for 4 %)."""

    name, title, precisions = "onnxruntime-qdq", "ONNX Runtime int8 QDQ", ("int8", "int8-static")
    form, calibrated = "model.onnx", True

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        quantization: Any = importlib.import_module("onnxruntime.quantization")
        large = sum(path.stat().st_size for path in graph_files(model)) > LARGE
        quantization.quantize_static(
            model, folder / cls.form, _Reader(calibration), per_channel=True, use_external_data_format=large,
            op_types_to_quantize=["MatMul", "Gemm", "Conv", "Gather"],
            activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8)


class _Reader:
    """As quantize_static asks for them."""

    def __init__(self, feeds: Sequence[Mapping[str, Array]]) -> None:
        self._rest = iter(feeds)

    def get_next(self) -> Mapping[str, Array] | None:
        return next(self._rest, None)


class OnnxRuntimeInt4(OnnxRuntime):
    """Weights of 4 bits, a scale and a zero for 32 rows of a column, as ours; multiplies floats."""

    name, title, precisions = "onnxruntime-int4", "ONNX Runtime int4", ("int4",)
    form, makers = "model.onnx", ("onnx_ir",)
    accuracy_level: ClassVar[int] = 0

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        onnx: Any = importlib.import_module("onnx")
        quantizers: Any = importlib.import_module("onnxruntime.quantization.matmul_nbits_quantizer")
        quantizer = quantizers.MatMulNBitsQuantizer(onnx.load(model), block_size=32, accuracy_level=cls.accuracy_level)
        quantizer.process()
        quantizer.model.save_model_to_file(str(folder / cls.form))


class OnnxRuntimeInt4Level4(OnnxRuntimeInt4):
    """May round the left side to bytes."""

    name, title = "onnxruntime-int4-level4", "ONNX Runtime int4, level 4"
    accuracy_level = 4
