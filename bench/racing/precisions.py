"""What products are of in a race: how llmc is told, and how far results may be from those of floats."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Precision:
    options: tuple[str, ...]  # of `llmc compile`
    tolerance: float  # the greatest difference in an output, in shares of the greatest value there
    calibrated: bool = False  # with inputs of the workload


#: fp32 in another order of sums stays far below its tolerance; bf16 and a wrong mask are far above. In bf16 a layer loses
#: half a percent, in f16 an eighth of that. With bytes, encoders of random weights lose 1 to 6 % by all quantizers. With 4 bits they lose 5 to 10 %, but
#: the logits of a Llama of random weights half of their greatest value, by ours as by others', with cosines of 0.86 to 0.88:
#: that tolerance finds only what has nothing to do with the graph any more, which is 1 for zeros. See the cosine there.
PRECISIONS = {
    "f32": Precision((), 1e-4),
    "bf16": Precision(("--precision", "bf16"), 3e-2),
    "fp16": Precision(("--precision", "fp16"), 1e-2),
    "int8": Precision(("--quantize", "int8"), 1e-1),
    "int8-static": Precision(("--quantize", "int8-static"), 1e-1, calibrated=True),
    "int4": Precision(("--quantize", "int4"), 8e-1),
}
