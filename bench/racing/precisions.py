"""What products are of in a race: how llmc is told, and how far results may be from those of floats."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Precision:
    options: tuple[str, ...]  # of `llmc compile`
    tolerance: float  # the greatest difference in an output, in shares of the greatest value there


#: fp32 in another order of sums stays far below its tolerance; bf16 and a wrong mask are far above. In bf16 a layer loses
#: half a percent. Of narrow numbers the tolerance is several times what random weights lose with good quantizers (bytes 1 to
#: 4 %, 4 bits 5 to 10 %), and far below what a wrong scale gives.
PRECISIONS = {
    "f32": Precision((), 1e-4),
    "bf16": Precision(("--precision", "bf16"), 3e-2),
    "int8": Precision(("--quantize", "int8"), 1e-1),
    "int4": Precision(("--quantize", "int4"), 3e-1),
}
