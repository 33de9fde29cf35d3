"""OpenVINO, with the graph itself and with what NNCF makes of it."""
from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Mapping, Sequence

from ..errors import NotRaced
from .peer import Peer

if TYPE_CHECKING:
    from ..feeds import Array


class OpenVino(Peer):
    """Computes in f32, as the others do."""

    name, title, modules = "openvino", "OpenVINO f32", ("openvino",)
    precisions: ClassVar[tuple[str, ...]] = ("f32",)
    hint: ClassVar[str | None] = "f32"  # what it is told to compute in, if it is told

    def open(self) -> None:
        settings: dict[str, Any] = {"INFERENCE_NUM_THREADS": self.entry.threads, "PERFORMANCE_HINT": "LATENCY"}
        if self.hint:
            settings["INFERENCE_PRECISION_HINT"] = self.hint
        core: Any = importlib.import_module("openvino").Core()
        self.compiled = core.compile_model(str(self.opened(self.entry)), "CPU", settings)

    def run(self) -> Any:
        return self.compiled(self.feeds, share_inputs=True, share_outputs=True)  # nothing is copied

    def arrays(self, results: Any) -> dict[str, Array]:
        return {port.get_any_name(): results[port] for port in self.compiled.outputs}

    def used(self) -> str:
        """What it computes in, as far as nothing else is asked for."""
        used = self.compiled.get_property("INFERENCE_PRECISION_HINT")
        return str(used.get_type_name() if hasattr(used, "get_type_name") else used)


class OpenVinoDefault(OpenVino):
    """Computes as it likes best on this machine: in bf16 where that is fast."""

    name, title, precisions = "openvino-default", "OpenVINO", ("f32", "bf16")
    hint = None

    def open(self) -> None:
        super().open()
        if self.used() == "f32":
            raise NotRaced(f"what it computes in by default is f32 on this machine: see {OpenVino.title}")

    def note(self) -> str:
        return f"computes in {self.used()}"


class OpenVinoFp16(OpenVino):
    """Computes in f16, where this machine can."""

    name, title, precisions = "openvino-fp16", "OpenVINO f16", ("fp16",)
    hint = "f16"

    def open(self) -> None:
        super().open()
        if self.used() != "f16":
            raise NotRaced("it does not compute in f16 on this machine")


class OpenVinoInt8(OpenVino):
    """Quantized by NNCF for Transformers; what is left of floats is computed as it likes best."""

    name, title = "openvino-int8", "OpenVINO int8"
    precisions: ClassVar[tuple[str, ...]] = ("int8", "int8-static")
    form, makers, calibrated = "model.xml", ("nncf",), True
    hint = None

    def note(self) -> str:
        return f"computes in {self.used()} what is not quantized"

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        openvino: Any = importlib.import_module("openvino")
        floats = openvino.Core().read_model(str(model))
        # f32 stays f32: what is left would be stored as f16 by default
        openvino.save_model(cls.quantized(floats, calibration), str(folder / cls.form), compress_to_fp16=False)

    @classmethod
    def quantized(cls, model: Any, calibration: Sequence[Mapping[str, Array]]) -> Any:
        nncf: Any = importlib.import_module("nncf")
        return nncf.quantize(model, nncf.Dataset(list(calibration)), model_type=nncf.ModelType.TRANSFORMER,
                             subset_size=len(calibration))


class OpenVinoInt4(OpenVinoInt8):
    """Weights compressed to 4 bits, a scale and a zero for 32 rows of a column, as ours, in all layers."""

    name, title, precisions = "openvino-int4", "OpenVINO int4", ("int4",)
    calibrated = False

    @classmethod
    def quantized(cls, model: Any, calibration: Sequence[Mapping[str, Array]]) -> Any:
        nncf: Any = importlib.import_module("nncf")
        return nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT4_ASYM, group_size=32, all_layers=True)
