"""Writes the model that stdin describes in the syntax of onnx.parser: model.py FILE [OPSET] < graph.txt"""

import sys

import onnx.parser

opset = sys.argv[2] if len(sys.argv) > 2 else "18"
text = "".join(line for line in sys.stdin if not line.startswith("#"))
domains = "".join(f', "{domain}" : 1' for domain in ("local", "com.microsoft") if f"{domain}." in text)
model = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : {opset}{domains}]>\n{text}')
onnx.save(model, sys.argv[1])
