"""Writes inputs of bert_tiny as an .npz file: sentences of some words and padding, and labels, some of which are none."""
import sys

import numpy

generator = numpy.random.default_rng(0)
count, length = 24, 12
words = (numpy.arange(length) < generator.integers(4, length, (count, 1))).astype(numpy.int64)
data = {"input_ids": generator.integers(0, 1000, (count, length)), "attention_mask": words,
        "token_type_ids": numpy.zeros((count, length), numpy.int64)}
if len(sys.argv) > 2:
    data = {f"in:{name}": array for name, array in data.items()}
    data["labels"] = numpy.where(words == 1, generator.integers(0, 128, (count, length)), -100)
numpy.savez(sys.argv[1], **data)
