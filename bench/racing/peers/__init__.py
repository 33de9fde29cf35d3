"""Who races: one class each, in a file by its library, and its row in PEERS. Read before the environment is entered: what
has to be installed is imported in the peers' own processes only.
"""
from __future__ import annotations

from .llamacpp import LlamaCppQ4, LlamaCppQ8
from .onnx_runtime import (OnnxRuntime, OnnxRuntimeDynamic, OnnxRuntimeFp16, OnnxRuntimeInt4, OnnxRuntimeInt4Level4,
                           OnnxRuntimeQdq)
from .openvino import OpenVino, OpenVinoDefault, OpenVinoFp16, OpenVinoInt4, OpenVinoInt8
from .ours import Llmc
from .peer import Peer
from .pytorch import Torch, TorchCompiled

#: In the order of tables. The first is what ratios are of, the second what results are judged by.
PEERS: dict[str, type[Peer]] = {peer.name: peer for peer in (
    Llmc, OnnxRuntime,
    OpenVino, OpenVinoDefault, Torch, TorchCompiled,
    OnnxRuntimeFp16, OpenVinoFp16,
    OnnxRuntimeDynamic, OnnxRuntimeQdq, OpenVinoInt8, LlamaCppQ8,
    OnnxRuntimeInt4, OnnxRuntimeInt4Level4, OpenVinoInt4, LlamaCppQ4)}
OURS, JUDGE = Llmc.name, OnnxRuntime.name


def chosen(names: list[str], precision: str) -> list[str]:
    """Those named, or where none is those that stand for the precision; the judge always, and not ourselves."""
    return [name for name, peer in PEERS.items() if name != OURS
            and (name == JUDGE or (name in names if names else precision in peer.precisions))]
