"""Writes the input of network.mlir as an .npz file."""
import sys

import numpy

numpy.savez(sys.argv[1], x=numpy.linspace(-1, 1, 16, dtype=numpy.float32).reshape(2, 8))
