"""ctypes' structs and numbers are those of the C headers: a C compiler prints its own, and they are compared.

A struct that grew, a field in between, a new function of the table: each changes an offset or a size.
"""

import ctypes
import os
import re
import subprocess
import unittest

from llmc import _compiler, _runtime, dtypes, errors

import models

HEADERS = ("runtime/include/llmc/llmc.h", "compiler/api/llmc-compiler.h")


def mirrored_structs():
    return [thing for module in (_runtime, _compiler) for thing in vars(module).values()
            if isinstance(thing, type) and issubclass(thing, ctypes.Structure) and "c_name" in vars(thing)]


def mirrored_numbers():
    yield "LLMC_API_VERSION", _runtime.API_VERSION
    for name in ("FORM_SO", "FORM_A", "FORM_HEADER", "DIAGNOSTIC_ERROR", "DIAGNOSTIC_NOTE"):
        yield f"LLMC_{name}", getattr(_compiler, name)
    for status in errors.Status:
        yield ("LLMC_ERROR_" if status else "LLMC_") + status.name, int(status)
    for status in errors.CompileStatus:
        yield f"LLMC_COMPILE_{status.name}", int(status)
    for element in dtypes.ELEMENT_TYPES:
        yield f"LLMC_DTYPE_{element.name.upper()}", element.code


def own_lines():
    for struct in mirrored_structs():
        yield f"{struct.c_name} {ctypes.sizeof(struct)}"
        for name, *_ in struct._fields_:
            field = getattr(struct, name)
            yield f"{struct.c_name}.{name} {field.offset} {field.size}"
    for name, number in mirrored_numbers():
        yield f"{name} {number}"


def program():
    print_line = 'printf("%s{}\\n", {});'.format
    lines = ['#include "llmc-compiler.h"', "#include <stdio.h>", "int main(void) {"]
    for struct in mirrored_structs():
        name = struct.c_name
        lines.append(print_line(" %zu", f'"{name}", sizeof({name})'))
        lines += [print_line(" %zu %zu", f'"{name}.{field}", offsetof({name}, {field}), sizeof((({name} *)0)->{field})')
                  for field, *_ in struct._fields_]
    lines += [print_line(" %d", f'"{name}", (int){name}') for name, _ in mirrored_numbers()]
    return "\n".join(lines + ["return 0; }"])


class Layouts(unittest.TestCase):
    maxDiff = None

    def test_as_the_c_compiler_says(self):
        source, binary = models.scratch("layouts.c"), models.scratch("layouts")
        source.write_text(program())
        subprocess.run([os.environ.get("CC", "cc"), "-Wall", "-Werror", "-I", models.ROOT / "runtime/include", "-I",
                        models.ROOT / "compiler/api", source, "-o", binary], check=True)
        printed = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
        self.assertEqual(printed.splitlines(), list(own_lines()))

    def test_element_types_are_those_of_the_table(self):
        row = r'^LLMC_ELEMENT\(\w+, (\d+), (\d+), \w+, \w+, "(\w+)", \w+, "(..\d)"\)$'
        rows = re.findall(row, (models.ROOT / "runtime/include/llmc/element_types.def").read_text(), re.MULTILINE)
        own = [(str(element.code), str(8 * element.dtype.itemsize), element.name, element.dtype.str)
               for element in dtypes.ELEMENT_TYPES]
        self.assertEqual(own, rows)

    def test_nothing_new_in_the_headers(self):
        known = {name for name, _ in mirrored_numbers()}
        text = "".join((models.ROOT / header).read_text()
                       for header in (*HEADERS, "runtime/include/llmc/status.h"))
        numbers = re.findall(r"^\s*(?:enum \{ )?(LLMC_(?:ERROR|FORM|COMPILE|DIAGNOSTIC)_\w+) =", text, re.MULTILINE)
        self.assertGreater(len(numbers), 20)
        self.assertEqual(set(numbers) - known, set())


if __name__ == "__main__":
    unittest.main()
