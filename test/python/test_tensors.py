"""Tensors of PyTorch: those that it marks instead of changing them, bfloat16, and as buffers of outputs.

What matters of them is played by stand-ins; where PyTorch is installed, it is asked itself, too.
"""

import unittest

import numpy as np
from onnx import TensorProto, helper

import llmc
import models

try:
    import torch
except ImportError:
    torch = None

int16 = np.int16  # this module is to the stand-in what torch is to its tensors


class Tensor:
    """Looks like torch.Tensor: `array` is its memory, `negated` a mark on it."""

    def __init__(self, array, negated=False, conjugated=False, dtype=None):
        self.array, self.negated, self.conjugated = array, negated, conjugated
        self.dtype = dtype or f"torch.{array.dtype}"

    def is_neg(self):
        return self.negated

    def resolve_neg(self):
        return Tensor(-self.array if self.negated else self.array, conjugated=self.conjugated)

    def is_conj(self):
        return self.conjugated

    def resolve_conj(self):
        return Tensor(np.conj(self.array), self.negated)

    def data_ptr(self):
        return self.array.ctypes.data

    def view(self, dtype):
        return Tensor(self.array.view(dtype))

    def __array__(self, *_, **__):
        if self.negated or str(self.dtype).endswith("bfloat16"):
            raise TypeError("can't be given to NumPy")
        return self.array

    def __dlpack__(self, **options):  # knows nothing of marks
        if str(self.dtype).endswith("bfloat16"):
            raise BufferError("NumPy knows no bfloat16")
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def bfloat16_model():
    return models.build("bits", [helper.make_node("Neg", ["x"], ["y"])], [("x", TensorProto.BFLOAT16, ["n"])],
                        [("y", TensorProto.BFLOAT16, ["n"])])


ONE, MINUS_ONE = 0x3F80, 0xBF80  # as bits of bfloat16


class StandIns(unittest.TestCase):
    x = np.arange(3, dtype=np.float32)

    def test_marked_tensors(self):
        np.testing.assert_array_equal(models.scale()(x=Tensor(self.x))["y"], self.x * 2)
        np.testing.assert_array_equal(models.scale()(x=Tensor(self.x, negated=True))["y"], self.x * -2)
        np.testing.assert_array_equal(models.scale()(x=Tensor(self.x, True, True))["y"], self.x * -2)

    def test_bfloat16(self):
        bits = Tensor(np.array([ONE], np.uint16), dtype="torch.bfloat16")
        self.assertEqual(bfloat16_model()(x=bits)["y"].tolist(), [MINUS_ONE])
        with self.assertRaisesRegex(llmc.ModelError, "expected f32, got an array of bfloat16"):
            models.scale()(x=bits)

    def test_buffers(self):
        for memory in (np.empty(3, np.float32), np.empty(7, np.float32)):
            with models.scale().context() as context:
                result = context.run({"x": self.x}, {"y": Tensor(memory)})["y"]
            self.assertTrue(np.shares_memory(result, memory))
            np.testing.assert_array_equal(memory[:3], self.x * 2)
        bits = np.empty(1, np.uint16)
        with bfloat16_model().context() as context:
            context.run({"x": np.array([ONE], np.uint16)}, {"y": Tensor(bits, dtype="torch.bfloat16")})
        self.assertEqual(bits.tolist(), [MINUS_ONE])

    def test_no_buffers(self):
        wrong = (Tensor(np.empty(3, np.float32), negated=True), [0.0, 0.0, 0.0])
        with models.scale().context() as context:
            for given in wrong:
                with self.assertRaisesRegex(llmc.ModelError, "or a tensor whose memory NumPy can write to"):
                    context.run({"x": self.x}, {"y": given})
            with self.assertRaisesRegex(llmc.ModelError, "expected a buffer of f32, got one of float64"):
                context.run({"x": self.x}, {"y": Tensor(np.empty(3))})


@unittest.skipIf(torch is None, "PyTorch is not installed")
class Torch(unittest.TestCase):
    def test_marked_tensors(self):
        x = torch.tensor([1 + 2j, 3 - 4j], dtype=torch.complex64).conj().imag
        self.assertTrue(x.is_neg())
        np.testing.assert_array_equal(models.scale()(x=x)["y"], [-4, 8])

    def test_bfloat16(self):
        x, y = torch.tensor([1.5, -2], dtype=torch.bfloat16), torch.empty(2, dtype=torch.bfloat16)
        with bfloat16_model().context() as context:
            context.run({"x": x}, {"y": y})
        self.assertEqual(y.tolist(), [-1.5, 2])

    def test_buffers(self):
        y = torch.empty(3)
        with models.scale().context() as context:
            context.run({"x": torch.arange(3.0)}, {"y": y})
            self.assertEqual(y.tolist(), [0, 2, 4])
            with self.assertRaisesRegex(llmc.ModelError, "whose memory NumPy can write to"):
                context.run({"x": torch.arange(3.0)}, {"y": torch.empty(3, requires_grad=True)})


if __name__ == "__main__":
    unittest.main()
