"""Operations on odd, dynamic, empty and size-1 dims, for whoever runs them.

A case is a function in the llmc dialect with argument sizes as formulas, and sizes of the symbols to run it with.
"""

import numpy as np

TYPES = {"f32": np.float32, "f16": np.float16, "f64": np.float64, "i64": np.int64, "i32": np.int32, "i16": np.int16,
         "i8": np.int8, "i1": np.bool_}
# Fractions, and what lies at the ends of the integers and beyond them.
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.5, -0.5, -1, 1e30, -1e30] +
                   [sign * (2.0**bits + more) for sign in (1, -1) for bits in (7, 8, 15, 16, 31, 32, 63, 64) for more in (-1, 0, 1)])


def tensor_type(dims, element):
    return "tensor<" + "".join((d if d.isdigit() else "?") + "x" for d in dims) + element + ">"


class Case:
    def __init__(self, name, arguments, body, result, runs, low=-2, high=2, special=False):
        self.name, self.arguments, self.body, self.result, self.runs = name, arguments, body, result, runs
        self.low, self.high, self.special = low, high, special

    def signature(self):
        """The types of the arguments, and their text in a function."""
        parsed = [(a.split()[:-1], a.split()[-1]) for a in self.arguments]
        types = [tensor_type(dims, element) for dims, element in parsed]
        arguments = ", ".join(
            f'%{i}: {t} {{llmc.name = "x{i}", llmc.dims = [{", ".join(chr(34) + d + chr(34) for d in dims)}]}}'
            for i, (t, (dims, _)) in enumerate(zip(types, parsed)))
        return types, arguments

    def text(self):
        """%0, %1, ... are the arguments, {N} their types; the body defines %r of type {r}."""
        types, arguments = self.signature()
        body = self.body
        for i, t in enumerate(types):
            body = body.replace("{%d}" % i, t)
        body = body.replace("{r}", self.result)
        return f'func.func @main({arguments}) -> ({self.result} {{llmc.name = "y"}}) {{\n{body}\n  return %r : {self.result}\n}}\n'

    def feeds(self, sizes, generator):
        result = {}
        for i, argument in enumerate(self.arguments):
            *dims, element = argument.split()
            shape = [eval(d, {}, sizes) for d in dims]
            if self.special:
                with np.errstate(over="ignore"):
                    result[f"x{i}"] = generator.choice(SPECIAL, shape).astype(TYPES[element])
            elif element[0] == "f":
                result[f"x{i}"] = np.asarray(generator.standard_normal(shape), TYPES[element])
            else:
                result[f"x{i}"] = np.asarray(generator.integers(self.low, self.high, shape), TYPES[element])
        return result

    def outputs(self):
        return ["y"]

    def pipeline(self):
        return []


class BlocksCase(Case):
    """A product with blocks of a weight, plus a bias, and a function behind it where one is given. %p is the product.

    The weight is of `stored`, if that is another element type."""

    def __init__(self, name, depth, panels, count, columns, element="f32", function="", runs=None, stored=None):
        group, sums = {"i8": (4, "i32"), "bf16": (2, "f32")}.get(element, (1, element))
        self.blocks = (panels, count, (depth + group - 1) // group)
        given = "f32" if element == "bf16" else element
        left, right = f"tensor<?x{depth}x", f"tensor<{panels}x{count}x16x{group}x"
        body, sides = "", ("%0", "%1")
        if element == "bf16":
            body, sides = halved("left", 0, left, "1.0") + halved("right", 1, right, "1.0"), ("%left", "%right")
        elif stored:
            body, sides = halved("right", 1, right, "1.0", stored), ("%0", "%right")
        body += (f"  %p = llmc.block_matmul {sides[0]}, {sides[1]} at %2 columns {columns} depth {depth}{' wide' * (element == 'bf16')}"
                 f" : {left}{element}>, {right}{stored or element}>, {{2}} -> tensor<?x{columns}x{sums}>\n"
                 f"  %r = llmc.map (%a = %p : tensor<?x{columns}x{sums}>, %b = %3 : {{3}}) -> {{r}} {{\n")
        widening = {"i8": "arith.sitofp %a : i32 to f32", "f16": "arith.extf %a : f16 to f32"}.get(element)
        body += f"    %w = {widening}\n" if widening else ""
        body += f"    %v = arith.addf %{'w' if widening else 'a'}, %b : f32\n"
        body += f"    %f = llmc.gelu {function} %v : f32\n" if function else ""
        body += f"    llmc.yield %{'f' if function else 'v'} : f32\n  }}"
        arguments = [f"n {depth} {given}", f"{panels} {count} 16 {group} {given}", f"{panels} {count} i32", f"{columns} f32"]
        super().__init__("block_" + name, arguments, body, f"tensor<?x{columns}xf32>", runs or N + [dict(n=3), dict(n=90)], low=-128, high=128)

    def feeds(self, sizes, generator):
        """The numbers of blocks ascend in each panel."""
        panels, count, most = self.blocks
        numbers = [np.sort(generator.permutation(most)[:count]) for _ in range(panels)]
        return {**super().feeds(sizes, generator), "x2": np.array(numbers, np.int32).reshape(panels, count)}


class KernelCase(Case):
    """A kernel as it stands: formation might not form it. The region's arguments are %a0, %a1, ...; the body yields."""

    def text(self):
        types, arguments = self.signature()
        bound = ", ".join(f"%a{i} = %{i} : {t}" for i, t in enumerate(types))
        results = ", ".join(self.result)
        named = ", ".join(f'{t} {{llmc.name = "{name}"}}' for name, t in zip(self.outputs(), self.result))
        values = ", ".join(f"%r#{i}" for i in range(len(self.result)))
        return (f"func.func @main({arguments}) -> ({named}) {{\n  %r:{len(self.result)} = llmc.kernel ({bound}) -> ({results}) {{\n"
                f"{self.body}\n  }}\n  return {values} : {results}\n}}\n")

    def outputs(self):
        return [f"y{i}" for i in range(len(self.result))]

    def pipeline(self):
        return ["--pipeline=builtin.module(func.func(llmc-plan-arena))"]


def unary(op, element="f32"):
    return f"  %r = llmc.map (%a = %0 : {{0}}) -> {{r}} {{\n    %v = {op}\n    llmc.yield %v : {element}\n  }}"


def negated(dims):
    """%s is -%0."""
    kind = tensor_type(dims.split(), "f32")
    return f"  %s = llmc.map (%a = %0 : {kind}) -> {kind} {{\n    %v = arith.negf %a : f32\n    llmc.yield %v : f32\n  }}\n"


def pointwise(result, op, operands, kind, element="f32"):
    """%result = a map with scalars %p, %q, ... of `operands`, "%value type" each."""
    names = "pqst"
    bound = ", ".join(f"%{names[i]} = {operand.split()[0]} : {operand.split()[1]}" for i, operand in enumerate(operands))
    return f"    %{result} = llmc.map ({bound}) -> {kind} {{\n      %v = {op}\n      llmc.yield %v : {element}\n    }}\n"


def coded(name, depth, columns, bits, block, element, behind=""):
    """A product of bytes and codes; what stands behind its result %m makes %r of it."""
    panels, blocks = -(-columns // 16), depth // block
    product = (f"llmc.coded_matmul %0 steps %1 sums %t, %2 scales %3 zeros %z columns {columns} bits {bits} "
               ": {0}, {1}, {1}, {2}, {3}, {4} -> {r}")
    before = (f'  %n = llmc.size "n"\n  %u = llmc.reduce %0 axes [2] init 0.0 : f32 : {{0}} -> tensor<{blocks}x?x1xf32> {{\n  ^bb0(%s: f32, %v: i8):\n'
              "    %f = arith.sitofp %v : i8 to f32\n    %w = arith.addf %s, %f : f32\n    llmc.yield %w : f32\n  }\n"
              f"  %t = llmc.reshape %u to [{blocks}, %n] : tensor<{blocks}x?x1xf32> -> {{1}}\n"
              f"  %z = llmc.map (%a = %4 : {{4}}) -> {{4}} {{\n    %c = arith.constant {(1 << bits) - 1 - (256 if bits == 8 else 0)} : i8\n"
              "    %d = arith.andi %a, %c : i8\n    llmc.yield %d : i8\n  }\n")
    body = before + (f"  %m = {product}\n{behind}" if behind else f"  %r = {product}")
    arguments = [f"{blocks} n {block} i8", f"{blocks} n f32", f"{panels} {depth * bits // 32} 16 4 i8",
                 f"{panels} {blocks} 16 1 {element}", f"{panels} {blocks} 16 1 i8"]
    return Case("coded_products_" + name, arguments, body, f"tensor<?x{columns}xf32>",
                [dict(n=n) for n in (0, 1, 3, 5, 9, 33, 70)], low=-127, high=128)


def halved(name, argument, sizes, factor, element="bf16"):
    """%name is an argument times a factor, in 16 bits."""
    return (f"  %{name} = llmc.map (%x = %{argument} : {sizes}f32>) -> {sizes}{element}> {{\n    %c = arith.constant {factor} : f32\n"
            f"    %p = arith.mulf %x, %c : f32\n    %t = arith.truncf %p : f32 to {element}\n    llmc.yield %t : {element}\n  }}\n")


ADD = "  %r = llmc.map (%a = %0 : {0}, %b = %1 : {1}) -> {r} {\n    %v = arith.addf %a, %b : f32\n    llmc.yield %v : f32\n  }"
SUM = "{\n  ^bb0(%s: f32, %v: f32):\n    %t = arith.addf %s, %v : f32\n    llmc.yield %t : f32\n  }"
N = [dict(n=n) for n in (0, 1, 5, 16, 33)]
NM = [dict(n=n, m=m) for n, m in ((0, 3), (3, 0), (1, 1), (2, 17), (5, 48))]

SIGNS = [("s8s8", "", ""), ("u8s8", " unsigned", ""), ("s8u8", "", " unsigned"), ("u8u8", " unsigned", " unsigned")]
CASES = [
    *[Case(f"map_{op.split()[0]}", ["n 7 f32"], unary(op), "tensor<?x7xf32>", N)
      for op in ("math.exp %a : f32", "math.erf %a : f32", "math.tanh %a : f32", "math.sin %a : f32",
                 "math.cos %a : f32", "math.absf %a : f32", "math.floor %a : f32", "math.log1p %a : f32",
                 "arith.negf %a : f32", "math.roundeven %a : f32", "math.atan %a : f32", "math.sinh %a : f32")],
    *[Case(f"map_gelu_{kind}_{element}", [f"n 7 {element}"], unary(f"llmc.gelu {kind} %a : {element}", element),
           f"tensor<?x7x{element}>", N) for kind in ("erf", "tanh") for element in ("f16", "f32", "f64")],
    # What is rounded to bf16 right away is computed with few digits, also far from 0.
    *[Case(f"gelu_rounded_bf16_{kind}_{factor}", ["n 7 f32"],
           f"  %h = llmc.map (%a = %0 : {{0}}) -> tensor<?x7xbf16> {{\n    %c = arith.constant {factor} : f32\n    %s = arith.mulf %a, %c : f32\n"
           f"    %v = llmc.gelu {kind} %s : f32\n    %t = arith.truncf %v : f32 to bf16\n    llmc.yield %t : bf16\n  }}\n"
           "  %r = llmc.map (%a = %h : tensor<?x7xbf16>) -> {r} {\n    %v = arith.extf %a : bf16 to f32\n    llmc.yield %v : f32\n  }",
           "tensor<?x7xf32>", N) for kind in ("erf", "tanh") for factor in ("1.0", "30.0")],
    Case("map_f16", ["n 7 f16"], unary("math.exp %a : f16", "f16"), "tensor<?x7xf16>", N),
    Case("map_f64", ["n 7 f64"], unary("math.exp %a : f64", "f64"), "tensor<?x7xf64>", N),
    Case("map_integers", ["n 7 i64"], unary("arith.muli %a, %a : i64", "i64"), "tensor<?x7xi64>", N),
    *[Case(f"map_{op}_{source}_{target}", [f"n 7 {source}"],
           unary(f"arith.{op} %a : {source} to {target}", target), f"tensor<?x7x{target}>", N, special=True)
      for op in ("fptosi", "fptoui") for source in ("f16", "f32", "f64") for target in ("i8", "i16", "i32", "i64")],
    Case("map_to_bool", ["n 7 f32"], "  %r = llmc.map (%a = %0 : {0}) -> {r} {\n    %z = arith.constant 0.0 : f32\n"
         "    %v = arith.cmpf ogt, %a, %z : f32\n    llmc.yield %v : i1\n  }", "tensor<?x7xi1>", N),
    Case("map_from_bool", ["n 7 i1", "n 7 f32"], "  %r = llmc.map (%c = %0 : {0}, %a = %1 : {1}) -> {r} {\n"
         "    %z = arith.constant 0.0 : f32\n    %v = arith.select %c, %a, %z : f32\n    llmc.yield %v : f32\n  }",
         "tensor<?x7xf32>", N, low=0),
    Case("broadcast_rows", ["n 7 f32", "7 f32"], ADD, "tensor<?x7xf32>", N),
    Case("broadcast_columns", ["n m f32", "n 1 f32"], ADD, "tensor<?x?xf32>", NM),
    Case("broadcast_unknown", ["n f32", "m f32"], ADD, "tensor<?xf32>", [dict(n=1, m=5), dict(n=5, m=1), dict(n=4, m=4)]),
    Case("broadcast_scalar", ["n m f32", "f32"], ADD, "tensor<?x?xf32>", NM),
    Case("sum_rows", ["n m f32"], f"  %r = llmc.reduce %0 axes [1] init 0.0 : f32 : {{0}} -> {{r}} {SUM}",
         "tensor<?x1xf32>", NM),
    Case("sum_columns", ["n m f32"], f"  %r = llmc.reduce %0 axes [0] init 0.0 : f32 : {{0}} -> {{r}} {SUM}",
         "tensor<1x?xf32>", NM),
    Case("sum_two_axes", ["n 3 m f32"], f"  %r = llmc.reduce %0 axes [1, 2] init 0.0 : f32 : {{0}} -> {{r}} {SUM}",
         "tensor<?x1x1xf32>", NM),
    Case("sum_all", ["n m f32"], f"  %r = llmc.reduce %0 axes [0, 1] init 0.0 : f32 : {{0}} -> {{r}} {SUM}",
         "tensor<1x1xf32>", NM),
    Case("max_integers", ["n 9 i64"], "  %r = llmc.reduce %0 axes [1] init -9223372036854775808 : i64 : {0} -> {r} {\n"
         "  ^bb0(%s: i64, %v: i64):\n    %t = arith.maxsi %s, %v : i64\n    llmc.yield %t : i64\n  }", "tensor<?x1xi64>",
         N, low=-100, high=100),
    Case("reduce_without_identity", ["n 9 f32"], "  %r = llmc.reduce %0 axes [1] init 1.0 : f32 : {0} -> {r} {\n"
         "  ^bb0(%s: f32, %v: f32):\n    %a = math.absf %v : f32\n    %m = arith.mulf %s, %s : f32\n"
         "    %q = math.sqrt %m : f32\n    %t = arith.addf %q, %a : f32\n    llmc.yield %t : f32\n  }", "tensor<?x1xf32>", N),
    Case("arg_max", ["n 9 f32"], "  %r = llmc.arg_reduce %0 axis 1 : {0} -> {r}", "tensor<?x1xi64>", N),
    Case("arg_max_of_nothing", ["n m f32"], "  %r = llmc.arg_reduce %0 axis 1 : {0} -> {r}", "tensor<?x1xi64>",
         [dict(n=0, m=0), dict(n=0, m=3), dict(n=3, m=1)]),
    Case("arg_min_last", ["n 9 i64"], "  %r = llmc.arg_reduce %0 axis 1 smallest last : {0} -> {r}", "tensor<?x1xi64>", N),
    *[Case(f"running_sum_{name}{words.replace(' ', '_')}", [dims + " f32"], f"  %r = llmc.running_sum %0 axis {axis}{words} : {{0}} -> {{r}}",
           tensor_type(dims.split(), "f32"), NM + [dict(n=3, m=600)])
      for name, dims, axis, forms in (("rows", "n m", 1, 4), ("columns", "n m", 0, 4), ("middle", "n m 16", 1, 1), ("single_columns", "n m 1", 1, 1))
      for words in ("", " exclusive", " reverse", " exclusive reverse")[:forms]],
    *[Case(f"running_sum_{element}_{axis}", [f"n m {element}"], f"  %r = llmc.running_sum %0 axis {axis} : {{0}} -> {{r}}",
           f"tensor<?x?x{element}>", NM, low=-100, high=100)
      for element, axis in (("f16", 0), ("f16", 1), ("f64", 0), ("i8", 1), ("i32", 0), ("i64", 1))],
    Case("transpose", ["n 3 m f32"], "  %r = llmc.transpose %0 perm [2, 0, 1] : {0} -> {r}", "tensor<?x?x3xf32>", NM),
    Case("slice", ["n 9 f32"], '  %n = llmc.size "n"\n  %r = llmc.slice %0 [0, 1] [%n, 4] [1, 2] : {0} -> {r}',
         "tensor<?x4xf32>", N),
    Case("slice_backwards", ["n 9 f32"], '  %n = llmc.size "n"\n  %r = llmc.slice %0 [0, 8] [%n, 5] [1, -2] : {0} -> {r}',
         "tensor<?x5xf32>", N),
    Case("expand_required", ["3 f32", "n f32"],
         '  %z = arith.constant 0 : index\n  %c = arith.constant 3 : index\n  %n = tensor.dim %1, %z : {1}\n'
         '  llmc.require "broadcast" %c, %n "sizes"\n' + unary("arith.addf %a, %a : f32"), "tensor<3xf32>", [{"n": 3}, {"n": 1}]),
    Case("expand", ["n 1 5 f32"], '  %n = llmc.size "n"\n  %r = llmc.expand %0 to [2, %n, 3, 5] : {0} -> {r}',
         "tensor<2x?x3x5xf32>", N),
    Case("concat_rows", ["n 5 f32", "m 5 f32"], "  %r = llmc.concat %0, %1 axis 0 : {0}, {1} -> {r}", "tensor<?x5xf32>", NM),
    Case("concat_columns", ["4 n f32", "4 m f32", "4 3 f32"],
         "  %r = llmc.concat %0, %1, %2 axis 1 : {0}, {1}, {2} -> {r}", "tensor<4x?xf32>", NM),
    Case("pad", ["n 5 f32", "f32"], "  %r = llmc.pad %0, %1 low [1, 0] high [2, 3] : {0}, {1} -> {r}", "tensor<?x8xf32>", N),
    Case("pad_single_column", ["n 1 f32", "f32"], "  %r = llmc.pad %0, %1 low [1, 2] high [0, 0] : {0}, {1} -> {r}",
         "tensor<?x3xf32>", N),
    Case("pad_single_column_far", ["n 1 f32", "f32"], "  %r = llmc.pad %0, %1 low [0, 1] high [2, 40] : {0}, {1} -> {r}",
         "tensor<?x42xf32>", N),
    Case("pad_of_map", ["n m 1 f32", "f32"], negated("n m 1") +
         "  %r = llmc.pad %s, %1 low [1, 2, 2] high [1, 0, 0] : tensor<?x?x1xf32>, {1} -> {r}", "tensor<?x?x3xf32>", NM),
    Case("pad_of_gather", ["6 f32", "n 1 i64", "f32"], "  %g = llmc.gather %0, %1 axis 0 : {0}, {1} -> tensor<?x1xf32>\n"
         "  %r = llmc.pad %g, %2 low [1, 1] high [0, 19] : tensor<?x1xf32>, {2} -> {r}", "tensor<?x21xf32>", N, low=-6, high=6),
    Case("pad_of_gather_nd", ["2 1 f32", "n 1 2 i64", "f32"],
         "  %g = llmc.gather_nd %0, %1 batch_dims 0 : {0}, {1} -> tensor<?x1xf32>\n"
         "  %r = llmc.pad %g, %2 low [1, 1] high [0, 19] : tensor<?x1xf32>, {2} -> {r}", "tensor<?x21xf32>", N, low=-1, high=1),
    Case("pad_of_reshape", ["n m f32", "f32"], '  %k = llmc.size "m * n"\n'
         "  %s = llmc.reshape %0 to [%k, 1] : {0} -> tensor<?x1xf32>\n"
         "  %r = llmc.pad %s, %1 low [0, 1] high [1, 17] : tensor<?x1xf32>, {1} -> {r}", "tensor<?x19xf32>", NM),
    Case("concat_single_columns", ["n 1 f32", "n m f32", "n 1 f32"], negated("n 1") +
         "  %r = llmc.concat %s, %1, %2 axis 1 : tensor<?x1xf32>, {1}, {2} -> {r}", "tensor<?x?xf32>", NM),
    Case("concat_of_gather", ["6 f32", "n 1 i64", "n 20 f32"],
         "  %g = llmc.gather %0, %1 axis 0 : {0}, {1} -> tensor<?x1xf32>\n"
         "  %r = llmc.concat %g, %2 axis 1 : tensor<?x1xf32>, {2} -> {r}", "tensor<?x21xf32>", N, low=-6, high=6),
    Case("transpose_of_pad", ["n 1 f32", "f32"],
         "  %p = llmc.pad %0, %1 low [1, 2] high [3, 4] : {0}, {1} -> tensor<?x7xf32>\n"
         "  %r = llmc.transpose %p perm [1, 0] : tensor<?x7xf32> -> {r}", "tensor<7x?xf32>", N),
    Case("sum_of_pad", ["n 1 f32", "f32"],
         "  %p = llmc.pad %0, %1 low [1, 2] high [3, 20] : {0}, {1} -> tensor<?x23xf32>\n"
         f"  %r = llmc.reduce %p axes [1] init 0.0 : f32 : tensor<?x23xf32> -> {{r}} {SUM}", "tensor<?x1xf32>", N),
    Case("slice_of_pad", ["n 1 f32", "f32"],
         "  %p = llmc.pad %0, %1 low [0, 4] high [0, 4] : {0}, {1} -> tensor<?x9xf32>\n"
         '  %n = llmc.size "n"\n  %r = llmc.slice %p [0, 8] [%n, 4] [1, -2] : tensor<?x9xf32> -> {r}', "tensor<?x4xf32>", N),
    Case("gather_rows", ["6 9 f32", "n 2 i64"], "  %r = llmc.gather %0, %1 axis 0 : {0}, {1} -> {r}", "tensor<?x2x9xf32>",
         N, low=-6, high=6),
    Case("gather_columns", ["n 6 f32", "3 i64"], "  %r = llmc.gather %0, %1 axis 1 : {0}, {1} -> {r}", "tensor<?x3xf32>",
         N, low=-6, high=6),
    Case("gather_scalar", ["n 6 f32", "i64"], "  %r = llmc.gather %0, %1 axis 1 : {0}, {1} -> {r}", "tensor<?xf32>",
         N, low=-6, high=6),
    Case("gather_nd", ["2 3 n f32", "5 2 i64"], "  %r = llmc.gather_nd %0, %1 batch_dims 0 : {0}, {1} -> {r}",
         "tensor<5x?xf32>", N, low=-2, high=2),
    Case("gather_nd_batch", ["2 3 n f32", "2 4 1 i64"], "  %r = llmc.gather_nd %0, %1 batch_dims 1 : {0}, {1} -> {r}",
         "tensor<2x4x?xf32>", N, low=-3, high=3),
    Case("iota", ["n f32"], '  %n = llmc.size "n"\n  %r = llmc.iota [%n] : {r}', "tensor<?xi64>", N),
    Case("shape", ["n m f32"], '  %r = llmc.shape ["n", "n + 2 * m", "7"] : {r}', "tensor<3xi64>", NM),
    Case("unfold", ["n 3 7 6 f32"], "  %r = llmc.unfold %0 window [3, 2] strides [2, 1] dilations [1, 2] pad [1, 0] [1, 1] : {0} -> {r}",
         "tensor<?x4x5x18xf32>", N),
    Case("unfold_single_pixel", ["n 2 1 1 f32"],
         "  %r = llmc.unfold %0 window [3, 3] strides [1, 1] dilations [1, 1] pad [1, 1] [1, 1] : {0} -> {r}",
         "tensor<?x1x1x18xf32>", N),
    Case("matmul", ["n 9 f32", "9 m f32"], "  %r = llmc.matmul %0, %1 : {0}, {1} -> {r}", "tensor<?x?xf32>", NM),
    Case("matmul_batch", ["2 1 n 9 f32", "3 9 m f32"], "  %r = llmc.matmul %0, %1 : {0}, {1} -> {r}", "tensor<2x3x?x?xf32>", NM),
    Case("matmul_f16", ["n 9 f16", "9 m f16"], "  %r = llmc.matmul %0, %1 : {0}, {1} -> {r}", "tensor<?x?xf16>", NM),
    Case("matmul_i32", ["n 9 i32", "9 m i32"], "  %r = llmc.matmul %0, %1 : {0}, {1} -> {r}", "tensor<?x?xi32>", NM),
    Case("matmul_empty_depth", ["3 n f32", "n 5 f32"], "  %r = llmc.matmul %0, %1 : {0}, {1} -> {r}", "tensor<3x5xf32>", N),
    *[Case(f"matmul_bytes_{signs}", ["n 9 i8", "9 m i8"], f"  %r = llmc.matmul %0{left}, %1{right} : {{0}}, {{1}} -> {{r}}", "tensor<?x?xi32>",
           NM, low=-128, high=128) for signs, left, right in SIGNS],
    *[Case(f"packed_bytes_{signs}_{depth}", [f"n {depth} i8", f"{panels} {(depth + 3) // 4} 16 4 i8"],
           f"  %r = llmc.packed_matmul %0{left}, %1{right} columns {columns} : {{0}}, {{1}} -> {{r}}", f"tensor<?x{columns}xi32>", N,
           low=-128, high=128)
      for signs, left, right in SIGNS for depth, panels, columns in ((62, 2, 21), (3, 7, 112), (256, 4, 64), (100, 3, 48))
      if depth == 62 or signs == "s8s8"],
    # Numbers that bf16 has, in both of its sides; `tiny` ones are below what f32 has as normal numbers.
    *[Case(f"packed_halves_{name}", [f"n {depth} f32", f"{panels} {(depth + 1) // 2} 16 2 f32"],
           halved("a", 0, f"tensor<?x{depth}x", factor) + halved("b", 1, f"tensor<{panels}x{(depth + 1) // 2}x16x2x", "1.0") +
           f"  %r = llmc.packed_matmul %a, %b columns {columns}{wide} : tensor<?x{depth}xbf16>, "
           f"tensor<{panels}x{(depth + 1) // 2}x16x2xbf16> -> {{r}}", f"tensor<?x{columns}xf32>", N + [dict(n=90)])
      for name, depth, panels, columns, factor, wide in (
          ("64", 64, 2, 32, "1.0", " wide"), ("7", 7, 3, 33, "1.0", " wide"), ("104", 104, 5, 80, "1.0", " wide"),
          ("33", 33, 7, 112, "1.0", " wide"), ("tiny", 70, 2, 20, "2.0e-38", " wide"))],
    Case("packed_halves_rounded_bf16", ["n 34 f32", "3 17 16 2 f32", "33 f32"],
         halved("a", 0, "tensor<?x34x", "1.0") + halved("b", 1, "tensor<3x17x16x2x", "1.0") +
         "  %m = llmc.packed_matmul %a, %b columns 33 : tensor<?x34xbf16>, tensor<3x17x16x2xbf16> -> tensor<?x33xbf16>\n"
         "  %r = llmc.map (%x = %m : tensor<?x33xbf16>, %y = %2 : {2}) -> {r} {\n    %f = arith.extf %x : bf16 to f32\n"
         "    %v = llmc.gelu erf %f : f32\n    %w = arith.mulf %v, %y : f32\n    llmc.yield %w : f32\n  }",
         "tensor<?x33xf32>", N),
    *[Case(f"packed_halves_gelu_{kind}_bf16", ["n 34 f32", "3 17 16 2 f32"],
           halved("a", 0, "tensor<?x34x", "1.0") + halved("b", 1, "tensor<3x17x16x2x", "1.0") +
           "  %m = llmc.packed_matmul %a, %b columns 33 wide : tensor<?x34xbf16>, tensor<3x17x16x2xbf16> -> tensor<?x33xf32>\n"
           f"  %h = llmc.map (%x = %m : tensor<?x33xf32>) -> tensor<?x33xbf16> {{\n    %v = llmc.gelu {kind} %x : f32\n"
           "    %t = arith.truncf %v : f32 to bf16\n    llmc.yield %t : bf16\n  }\n"
           "  %r = llmc.map (%x = %h : tensor<?x33xbf16>) -> {r} {\n    %f = arith.extf %x : bf16 to f32\n    llmc.yield %f : f32\n  }",
           "tensor<?x33xf32>", N + [dict(n=200)]) for kind in ("erf", "tanh")],
    # Right sides of fewer bits, of which many rows find the panels widened and few widen them as they go.
    *[Case(f"packed_widened_{element}_{depth}", [f"n {depth} f32", f"{panels} {depth} 16 1 f32"],
           halved("b", 1, f"tensor<{panels}x{depth}x16x1x", "1.0", element) +
           f"  %m = llmc.packed_matmul %0, %b columns {columns} : {{0}}, tensor<{panels}x{depth}x16x1x{element}> -> tensor<?x{columns}xf32>\n"
           f"  %r = llmc.map (%x = %m : tensor<?x{columns}xf32>) -> {{r}} {{\n    %v = llmc.gelu erf %x : f32\n    llmc.yield %v : f32\n  }}",
           f"tensor<?x{columns}xf32>", N + [dict(n=200)])
      for element in ("f16", "bf16") for depth, panels, columns in ((9, 2, 21), (64, 7, 112), (1, 1, 5))],
    *[Case(f"matmul_widened_{element}", ["n 9 f32", "9 m f32"],
           halved("b", 1, "tensor<9x?x", "1.0", element) +
           f"  %r = llmc.matmul %0, %b : {{0}}, tensor<9x?x{element}> -> {{r}}", "tensor<?x?xf32>", NM)
      for element in ("f16", "bf16")],
    *[Case(f"matmul_wide_{element}", ["n 9 f32", "9 m f32"],
           halved("a", 0, "tensor<?x9x", "1.0", element) + halved("b", 1, "tensor<9x?x", "1.0", element) +
           f"  %r = llmc.matmul %a, %b wide : tensor<?x9x{element}>, tensor<9x?x{element}> -> {{r}}", "tensor<?x?xf32>", NM)
      for element in ("f16", "bf16")],
    Case("packed_bytes_scaled", ["n 30 i8", "3 8 16 4 i8", "33 f32"],
         "  %m = llmc.packed_matmul %0 unsigned, %1 columns 33 : {0}, {1} -> tensor<?x33xi32>\n"
         "  %r = llmc.map (%a = %m : tensor<?x33xi32>, %b = %2 : {2}) -> {r} {\n    %f = arith.sitofp %a : i32 to f32\n"
         "    %v = arith.mulf %f, %b : f32\n    llmc.yield %v : f32\n  }", "tensor<?x33xf32>", N, low=-128, high=128),
    coded("4_bits", 64, 20, 4, 32, "f32"), coded("8_bits", 128, 48, 8, 64, "f16"), coded("2_bits", 32, 5, 2, 32, "f32"),
    coded("large_block", 512, 33, 4, 256, "f16"), coded("many_columns", 96, 150, 4, 96, "f32"),
    coded("gelu", 64, 100, 4, 32, "f32", "  %r = llmc.map (%a = %m : {r}) -> {r} {\n    %v = llmc.gelu erf %a : f32\n"
          "    llmc.yield %v : f32\n  }"),
    Case("packed_matmul", ["n 9 f32", "2 9 16 1 f32"], "  %r = llmc.packed_matmul %0, %1 columns 21 : {0}, {1} -> {r}",
         "tensor<?x21xf32>", N + [dict(n=300)]),
    Case("packed_matmul_wide", ["n 7 f32", "7 7 16 1 f32"], "  %r = llmc.packed_matmul %0, %1 columns 112 : {0}, {1} -> {r}",
         "tensor<?x112xf32>", N),
    BlocksCase("floats_9", 9, 2, 4, 21), BlocksCase("floats_64", 64, 20, 16, 320, function="erf"), BlocksCase("floats_33", 33, 1, 33, 16),
    BlocksCase("floats_1", 1, 3, 1, 48), BlocksCase("floats_100", 100, 5, 3, 70, function="tanh"), BlocksCase("f16", 37, 3, 9, 33, "f16"),
    *[BlocksCase(f"widened_{stored}", 37, 3, 9, 33, stored=stored) for stored in ("f16", "bf16")],
    BlocksCase("floats_in_one_row", 64, 7, 20, 100, runs=[dict(n=1)]), BlocksCase("floats_one_column", 20, 1, 5, 1),
    BlocksCase("bytes_62", 62, 2, 5, 21, "i8"), BlocksCase("bytes_3", 3, 7, 1, 112, "i8"), BlocksCase("bytes_256", 256, 4, 17, 64, "i8", "erf"),
    BlocksCase("halves_64", 64, 2, 9, 32, "bf16"), BlocksCase("halves_33", 33, 7, 5, 100, "bf16", "erf"), BlocksCase("halves_7", 7, 3, 4, 33, "bf16"),
    *[Case(f"decode_{bits}_{axis}_{size}", [f"{codes} i8", f"{scales} {scale}"],
           f"  %r = llmc.decode %0 scales %1 axis {axis} size {size} bits {bits} block {block}{centered} to {element} : {{0}}, {{1}} -> {{r}}",
           f"tensor<{result}x{element}>", runs, low=-128, high=128)
      for bits, axis, size, block, centered, scale, element, codes, scales, result, runs in (
          (2, 0, 21, 4, "", "f32", "f32", "6 n", "6 n", "21x?", N), (4, 1, 33, 16, " centered", "f16", "f32", "n 17 3", "n 3 3", "?x33x3", N),
          (8, 0, 5, 5, " centered", "f32", "f16", "5 n", "1 n", "5x?", N), (4, 1, 37, 8, " centered", "f32", "f16", "n 19", "n 5", "?x37", N))],
    *[Case(f"decode_zeros_{element}", ["17 n i8", "3 n f32", f"3 n {element}"],
           "  %r = llmc.decode %0 scales %1 zeros %2 axis 0 size 33 bits 4 block 16 to f32 : {0}, {1}, {2} -> {r}", "tensor<33x?xf32>", N,
           low=-128, high=128) for element in ("i8", "f32")],
    *[Case(f"packed_codes_{bits}_{depth}", [f"n {depth} {element}", f"{panels} {-(-depth * bits // (8 * group))} 16 {group} i8", f"{panels} {-(-depth // block)} 16 1 f16",
                                            *([f"{panels} {-(-depth // block)} 16 1 i8"] if zeros else [])],
           f"  %w = llmc.decode %1 scales %2{' zeros %3' if zeros else ''} axis 1 size {depth} bits {bits} block {block}"
           f"{' group 4' if group > 1 else ''}{'' if zeros else ' centered'} to {element}"
           f" : {{1}}, {{2}}{', {3}' if zeros else ''} -> tensor<{panels}x{depth}x16x1x{element}>\n"
           f"  %r = llmc.packed_matmul %0, %w columns {columns} : {{0}}, tensor<{panels}x{depth}x16x1x{element}> -> {{r}}",
           f"tensor<?x{columns}x{element}>", N, low=-128, high=128)
      for bits, depth, block, group, panels, columns, zeros, element in (
          (4, 33, 16, 1, 2, 21, False, "f32"), (4, 64, 32, 4, 7, 112, True, "f32"), (8, 7, 3, 1, 4, 64, False, "f32"),
          (2, 30, 8, 4, 3, 33, True, "f32"), (4, 27, 8, 4, 5, 70, False, "f16"), (8, 40, 8, 4, 2, 32, True, "f32"))],
    Case("conv", ["n 3 8 8 f32", "5 3 3 3 f32"],
         "  %r = llmc.conv %0, %1 strides [2, 1] dilations [1, 1] pad [1, 1] [1, 0] groups 1 : {0}, {1} -> {r}",
         "tensor<?x5x4x7xf32>", N),
    Case("conv_single_pixel", ["n 2 1 1 f32", "4 1 3 3 f32"],
         "  %r = llmc.conv %0, %1 strides [1, 1] dilations [1, 1] pad [1, 2] [1, 2] groups 2 : {0}, {1} -> {r}",
         "tensor<?x4x1x3xf32>", N),
    Case("conv_groups", ["n 4 9 f32", "6 2 3 f32"],
         "  %r = llmc.conv %0, %1 strides [1] dilations [2] pad [2] [2] groups 2 : {0}, {1} -> {r}", "tensor<?x6x9xf32>", N),
    Case("softmax", ["n m f32"], "  %r = llmc.softmax %0 axis 1 : {0} -> {r}", "tensor<?x?xf32>", NM),
    Case("softmax_first_axis", ["n m f32"], "  %r = llmc.softmax %0 axis 0 : {0} -> {r}", "tensor<?x?xf32>", NM),
    Case("softmax_f16", ["n m f16"], "  %r = llmc.softmax %0 axis 1 : {0} -> {r}", "tensor<?x?xf16>", NM),
    Case("layer_norm", ["n 33 f32", "33 f32", "33 f32"],
         "  %r = llmc.norm layer %0 scale %1 bias %2 axis 1 epsilon 1.0e-5 : {0} scale {1} bias {2} -> {r}",
         "tensor<?x33xf32>", N),
    Case("layer_norm_two_axes", ["n 5 7 f32", "5 7 f32"],
         "  %r = llmc.norm layer %0 scale %1 axis 1 epsilon 1.0e-5 : {0} scale {1} -> {r}", "tensor<?x5x7xf32>", N),
    Case("rms_norm_f16", ["n 64 f16", "64 f16"],
         "  %r = llmc.norm rms %0 scale %1 axis 1 epsilon 1.0e-5 : {0} scale {1} -> {r}", "tensor<?x64xf16>", N),
]

R33, RM = "tensor<?x33xf32>", "tensor<?x?xf32>"
NORM = f"    %n = llmc.norm layer %s axis 1 epsilon 1.0e-5 : {R33} -> {R33}\n"
PRODUCT = "    %m = llmc.matmul %a0, %a1 : tensor<?x9xf32>, tensor<9x?xf32> -> tensor<?x?xf32>\n"
ROW_SUM = f"    %s = llmc.reduce %m axes [1] init 0.0 : f32 : {RM} -> tensor<?x1xf32> {SUM}\n"
FACTORS = ["n 9 f32", "9 m f32"]

CASES += [
    KernelCase("two_results_sum_and_norm", ["n 33 f32", "n 33 f32"],
               pointwise("s", "arith.addf %p, %q : f32", [f"%a0 {R33}", f"%a1 {R33}"], R33) + NORM +
               f"    llmc.yield %n, %s : {R33}, {R33}", [R33, R33], N),
    KernelCase("two_results_of_a_product", FACTORS,
               PRODUCT + pointwise("e", "arith.negf %p : f32", [f"%m {RM}"], RM) +
               f"    %t = llmc.transpose %e perm [1, 0] : {RM} -> {RM}\n    llmc.yield %m, %t : {RM}, {RM}", [RM, RM], NM),
    KernelCase("two_results_of_a_reduction", ["n m f32"],
               f"    %s = llmc.reduce %a0 axes [1] init 0.0 : f32 : {RM} -> tensor<?x1xf32> {SUM}\n" +
               pointwise("e", "math.exp %p : f32", ["%s tensor<?x1xf32>"], "tensor<?x1xf32>") +
               "    llmc.yield %e, %s : tensor<?x1xf32>, tensor<?x1xf32>", ["tensor<?x1xf32>"] * 2, NM),
    # A running sum between maps, which other results read too: all of them may lie over the operands.
    *[KernelCase(f"running_sum_between_maps_{axis}", ["n m f32", "n m f32"],
                 pointwise("s", "arith.mulf %p, %q : f32", [f"%a0 {RM}", f"%a1 {RM}"], RM) +
                 f"    %c = llmc.running_sum %s axis {axis} : {RM} -> {RM}\n" +
                 pointwise("e", "arith.subf %p, %q : f32", [f"%c {RM}", f"%a1 {RM}"], RM) + f"    llmc.yield %e, %s : {RM}, {RM}",
                 [RM, RM], NM) for axis in (0, 1)],
    KernelCase("two_results_of_maps", ["n m f32", "m f32"],
               pointwise("e", "arith.addf %p, %q : f32", [f"%a0 {RM}", "%a1 tensor<?xf32>"], RM) +
               pointwise("f", "arith.negf %p : f32", [f"%a0 {RM}"], RM) + f"    llmc.yield %f, %e : {RM}, {RM}", [RM, RM], NM),
    KernelCase("results_of_different_sizes", ["n m f32"],
               f"    %t = llmc.transpose %a0 perm [1, 0] : {RM} -> {RM}\n" +
               pointwise("e", "math.absf %p : f32", [f"%a0 {RM}"], RM) + f"    llmc.yield %t, %e : {RM}, {RM}", [RM, RM], NM),
    KernelCase("result_of_types", ["n m f32"],
               f"    %x = llmc.softmax %a0 axis 1 : {RM} -> {RM}\n" +
               pointwise("e", "arith.truncf %p : f32 to f16", [f"%x {RM}"], "tensor<?x?xf16>", "f16") +
               f"    llmc.yield %e, %x : tensor<?x?xf16>, {RM}", ["tensor<?x?xf16>", RM], NM),
    # Results that lie over operands.
    Case("sum_and_norm_over_operands", ["n 33 f32", "n 33 f32", "33 33 f32"],
         f"    %a = llmc.matmul %0, %2 : {R33}, tensor<33x33xf32> -> {R33}\n"
         f"    %y = llmc.softmax %a axis 1 : {R33} -> {R33}\n"
         f"    %x = llmc.matmul %y, %2 : {R33}, tensor<33x33xf32> -> {R33}\n" +
         pointwise("s", "arith.addf %p, %q : f32", [f"%a {R33}", f"%1 {R33}"], R33) + NORM +
         f"    %m = llmc.matmul %n, %2 : {R33}, tensor<33x33xf32> -> {R33}\n" +
         pointwise("e", "arith.mulf %p, %q : f32", [f"%m {R33}", f"%s {R33}"], R33) +
         pointwise("r", "arith.addf %p, %q : f32", [f"%e {R33}", f"%x {R33}"], R33), R33, N),
    Case("softmax_over_its_epilogues_operand", ["n 33 f32", "33 33 f32"],
         f"    %b = llmc.matmul %0, %1 : {R33}, tensor<33x33xf32> -> {R33}\n"
         f"    %a = llmc.matmul %b, %1 : {R33}, tensor<33x33xf32> -> {R33}\n"
         f"    %x = llmc.softmax %a axis 1 : {R33} -> {R33}\n" +
         pointwise("e", "arith.mulf %p, %q : f32", [f"%x {R33}", f"%b {R33}"], R33) +
         f"    %r = llmc.matmul %e, %1 : {R33}, tensor<33x33xf32> -> {R33}", R33, N),
    # What no family takes is lowered plainly: several anchors, and anchors that are read elsewhere than where they stand.
    KernelCase("plain_two_anchors", FACTORS, PRODUCT + f"    %x = llmc.softmax %m axis 1 : {RM} -> {RM}\n    llmc.yield %x : {RM}",
               [RM], NM),
    KernelCase("plain_attention", ["2 n 8 f32", "2 8 m f32", "2 m 8 f32"],
               "    %s = llmc.matmul %a0, %a1 : tensor<2x?x8xf32>, tensor<2x8x?xf32> -> tensor<2x?x?xf32>\n"
               "    %x = llmc.softmax %s axis 2 : tensor<2x?x?xf32> -> tensor<2x?x?xf32>\n"
               "    %o = llmc.matmul %x, %a2 : tensor<2x?x?xf32>, tensor<2x?x8xf32> -> tensor<2x?x8xf32>\n"
               "    llmc.yield %o, %s : tensor<2x?x8xf32>, tensor<2x?x?xf32>", ["tensor<2x?x8xf32>", "tensor<2x?x?xf32>"],
               [dict(n=n, m=m) for n, m in ((0, 3), (1, 1), (5, 17), (33, 40))]),
    KernelCase("plain_product_and_row_sums", FACTORS, PRODUCT + ROW_SUM + f"    llmc.yield %m, %s : {RM}, tensor<?x1xf32>",
               [RM, "tensor<?x1xf32>"], NM),
    KernelCase("plain_neighbours_of_a_product", ["n 9 f32", "9 8 f32"],
               "    %m = llmc.matmul %a0, %a1 : tensor<?x9xf32>, tensor<9x8xf32> -> tensor<?x8xf32>\n"
               '    %n = llmc.size "n"\n'
               "    %h = llmc.slice %m [0, 4] [%n, 4] [1, 1] : tensor<?x8xf32> -> tensor<?x4xf32>\n"
               "    %l = llmc.slice %m [0, 0] [%n, 4] [1, 1] : tensor<?x8xf32> -> tensor<?x4xf32>\n"
               "    %c = llmc.concat %h, %l axis 1 : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x8xf32>\n" +
               pointwise("r", "arith.mulf %p, %q : f32", ["%c tensor<?x8xf32>", "%m tensor<?x8xf32>"], "tensor<?x8xf32>") +
               "    llmc.yield %r : tensor<?x8xf32>", ["tensor<?x8xf32>"], N),
    KernelCase("plain_product_and_its_transpose", ["n 9 f32", "9 n f32"],
               f"    %m = llmc.matmul %a0, %a1 : tensor<?x9xf32>, tensor<9x?xf32> -> {RM}\n"
               f"    %t = llmc.transpose %m perm [1, 0] : {RM} -> {RM}\n" +
               pointwise("r", "arith.subf %p, %q : f32", [f"%m {RM}", f"%t {RM}"], RM) + f"    llmc.yield %r : {RM}", [RM], N),
    # An epilogue of many instructions, with a second operand: packed and plain, in batches, columns beyond whole vectors.
    *[KernelCase(f"long_epilogue_{name}_{element}", [a + " " + element for a in arguments],
                 f"    %m = llmc.{body.replace('{e}', element)}\n" +
                 pointwise("r", f"llmc.gelu erf %p : {element}\n      %u = arith.addf %v, %q : {element}",
                           [f"%m tensor<{size}x{element}>", f"%a2 tensor<{size}x{element}>"], f"tensor<{size}x{element}>", element)
                 .replace("llmc.yield %v", "llmc.yield %u") + f"    llmc.yield %r : tensor<{size}x{element}>",
                 [f"tensor<{size}x{element}>"], runs)
      for element in ("f32", "f16", "f64")
      for name, arguments, size, body, runs in (
          ("packed", ["n 33", "4 33 16 1", "n 50"], "?x50",
           "packed_matmul %a0, %a1 columns 50 : tensor<?x33x{e}>, tensor<4x33x16x1x{e}> -> tensor<?x50x{e}>", N),
          ("product", ["b n 9", "b 9 m", "b n m"], "?x?x?",
           "matmul %a0, %a1 : tensor<?x?x9x{e}>, tensor<?x9x?x{e}> -> tensor<?x?x?x{e}>",
           [dict(b=b, n=n, m=m) for b, n, m in ((0, 1, 1), (1, 0, 5), (2, 1, 1), (1, 5, 17), (3, 9, 50))]))],
    # Prologue and epilogue in types of few and of many bits.
    *[KernelCase(f"between_maps_{name}_{element}", ["n 33 f32", *more],
                 pointwise("before", f"arith.truncf %p : f32 to {element}" if element != "f64" else "arith.extf %p : f32 to f64",
                           [f"%a0 {R33}"], f"tensor<?x33x{element}>", element) + body.replace("{e}", element) +
                 pointwise("r", f"arith.extf %p : {element} to f32" if element != "f64" else "arith.truncf %p : f64 to f32",
                           [f"%o tensor<{size}x{element}>"], f"tensor<{size}xf32>") + f"    llmc.yield %r : tensor<{size}xf32>",
                 [f"tensor<{size}xf32>"], N)
      for element in ("f16", "bf16", "f64")
      for name, more, size, body in (
          ("norm", [], "?x33", "    %o = llmc.norm rms %before axis 1 epsilon 1.0e-5 : tensor<?x33x{e}> -> tensor<?x33x{e}>\n"),
          ("softmax", [], "?x33", "    %o = llmc.softmax %before axis 1 : tensor<?x33x{e}> -> tensor<?x33x{e}>\n"),
          ("matmul", [], "?x?", "    %t = llmc.transpose %before perm [1, 0] : tensor<?x33x{e}> -> tensor<33x?x{e}>\n"
           "    %o = llmc.matmul %before, %t : tensor<?x33x{e}>, tensor<33x?x{e}> -> tensor<?x?x{e}>\n"))],
]


def attention(region, inputs=(), heads="?x?x", kv="?x?x", depth="16", width="24", element="f32", guarded="", score=None):
    """An attention of %0, %1 and %2; inputs are '%m = %3 : type'. The region's text yields %t of type `score`."""
    q, k, v, r = (f"tensor<{batch}?x{last}x{element}>" for batch, last in ((heads, depth), (kv, depth), (kv, width), (heads, width)))
    return (f"  %r = llmc.attention {guarded} %0, %1, %2 score %s ({', '.join(inputs)}) : {q}, {k}, {v} -> {r} {{\n{region}\n"
            f"    llmc.yield %t : {score or element}\n  }}")


QKV = ["b h m 16 f32", "b h n 16 f32", "b h n 24 f32"]
PLAIN = "    %half = arith.constant 0.5 : f32\n    %t = arith.mulf %s, %half : f32"
MASK = "    %none = arith.constant 0xFF800000 : f32\n    %t = arith.select %m, %s, %none : f32"
BHMN = [dict(b=b, h=h, m=m, n=n) for b, h, m, n in
        ((0, 1, 1, 1), (1, 1, 0, 5), (1, 2, 3, 0), (1, 1, 1, 1), (2, 3, 1, 130), (1, 2, 17, 64), (1, 1, 33, 65), (2, 1, 50, 7),
         (1, 1, 97, 200))]

CASES += [
    Case("attention", QKV, attention(PLAIN), "tensor<?x?x?x24xf32>", BHMN),
    Case("attention_sizes_at_run_time", ["m d f32", "n d f32", "n e f32"],
         attention("    %t = arith.addf %s, %s : f32", heads="", kv="", depth="?", width="?"), "tensor<?x?xf32>",
         [dict(m=m, n=n, d=d, e=e) for m, n, d, e in ((3, 5, 0, 4), (3, 5, 4, 0), (7, 70, 1, 1), (20, 9, 17, 33), (1, 64, 64, 64))]),
    Case("attention_of_groups", ["b g 3 m 33 f32", "b g 1 n 33 f32", "b g 1 n 8 f32", "b 1 1 1 n f32"],
         attention("    %t = arith.addf %s, %m : f32", ["%m = %3 : tensor<?x1x1x1x?xf32>"], "?x?x3x", "?x?x1x", "33", "8"),
         "tensor<?x?x3x?x8xf32>", [dict(b=b, g=g, m=m, n=n) for b, g, m, n in ((1, 2, 1, 77), (2, 1, 5, 64), (1, 1, 40, 3))]),
    Case("attention_mask_of_scores", QKV + ["b 1 m n f32", "h 1 n f32"],
         attention("    %u = arith.addf %s, %m : f32\n    %t = arith.addf %u, %a : f32",
                   ["%m = %3 : tensor<?x1x?x?xf32>", "%a = %4 : tensor<?x1x?xf32>"]), "tensor<?x?x?x24xf32>", BHMN),
    # Random masks leave rows without any key.
    Case("attention_masked", QKV + ["b 1 1 n i1"], attention(MASK, ["%m = %3 : tensor<?x1x1x?xi1>"]), "tensor<?x?x?x24xf32>", BHMN,
         low=0),
    Case("attention_guarded", QKV + ["b 1 m n i1"], attention(MASK, ["%m = %3 : tensor<?x1x?x?xi1>"], guarded="guarded"),
         "tensor<?x?x?x24xf32>", BHMN, low=0),
    Case("attention_causal", QKV, '  %size = llmc.size "m"\n  %keys = llmc.size "n"\n'
         "  %i = llmc.iota [%size] : tensor<?xi64>\n  %c = llmc.reshape %i to [%size, 1] : tensor<?xi64> -> tensor<?x1xi64>\n"
         "  %j = llmc.iota [%keys] : tensor<?xi64>\n" +
         attention("    %m = arith.cmpi sle, %k, %q : i64\n" + MASK, ["%q = %c : tensor<?x1xi64>", "%k = %j : tensor<?xi64>"]),
         "tensor<?x?x?x24xf32>", BHMN),
    Case("attention_f16_scores_f32", ["b h m 16 f16", "b h n 16 f16", "b h n 24 f16"],
         attention("    %t = arith.extf %s : f16 to f32", element="f16", score="f32"), "tensor<?x?x?x24xf16>", BHMN),
    Case("attention_f64", ["b h m 16 f64", "b h n 16 f64", "b h n 24 f64"],
         attention("    %t = arith.negf %s : f64", element="f64"), "tensor<?x?x?x24xf64>", BHMN),
    # Of bf16 where a machine is the faster for it: heads that fill no tile, keys that fill no word, rows without any key.
    Case("attention_narrow_bf16", QKV, attention(PLAIN, guarded="narrow"), "tensor<?x?x?x24xf32>", BHMN),
    Case("attention_narrow_masked_bf16", QKV + ["b 1 m n i1"],
         attention(MASK, ["%m = %3 : tensor<?x1x?x?xi1>"], guarded="guarded narrow"), "tensor<?x?x?x24xf32>", BHMN, low=0),
    Case("attention_narrow_sizes_bf16", ["m d f32", "n d f32", "n e f32"],
         attention(PLAIN, heads="", kv="", depth="?", width="?", guarded="narrow"), "tensor<?x?xf32>",
         [dict(m=m, n=n, d=d, e=e) for m, n, d, e in ((3, 5, 0, 4), (3, 5, 4, 0), (7, 70, 1, 1), (20, 9, 17, 33), (150, 131, 64, 64))]),
    # Caches: codes in steps of rows, and halves, which are decoded as rows are read.
    *(Case(f"attention_over_codes{name}", ["b h m 16 f32", "b h n 16 i8", "b h n 24 f16", "b h n 1 f32"],
           "  %k = llmc.map (%a = %1 : {1}, %c = %3 : {3}) -> tensor<?x?x?x16xf32> {\n    %w = arith.sitofp %a : i8 to f32\n"
           "    %t = arith.mulf %w, %c : f32\n    llmc.yield %t : f32\n  }\n"
           "  %v = llmc.map (%a = %2 : {2}) -> tensor<?x?x?x24xf32> {\n    %w = arith.extf %a : f16 to f32\n    llmc.yield %w : f32\n  }\n" +
           attention(PLAIN, guarded=guarded).replace("%0, %1, %2", "%0, %k, %v"), "tensor<?x?x?x24xf32>", BHMN, low=-127, high=128)
      for name, guarded in (("", ""), ("_narrow_bf16", "narrow"))),
    Case("attention_of_heads_in_rows", ["b m 3 16 f32", "b n 3 16 f32", "b n 3 24 f32"],
         "  %q = llmc.transpose %0 perm [0, 2, 1, 3] : {0} -> tensor<?x3x?x16xf32>\n"
         "  %k = llmc.transpose %1 perm [0, 2, 1, 3] : {1} -> tensor<?x3x?x16xf32>\n"
         "  %v = llmc.transpose %2 perm [0, 2, 1, 3] : {2} -> tensor<?x3x?x24xf32>\n" +
         attention(PLAIN, heads="?x3x", kv="?x3x").replace("%r =", "%o =").replace("%0, %1, %2", "%q, %k, %v") +
         "\n  %r = llmc.transpose %o perm [0, 2, 1, 3] : tensor<?x3x?x24xf32> -> {r}", "tensor<?x?x3x24xf32>",
         [dict(b=b, m=m, n=n) for b, m, n in ((1, 1, 1), (2, 37, 70))]),
]


def convolved(x, w, strides, dilations, low, high, groups, element="f32"):
    """llmc.conv of %x and %w with these sizes, and the type of its result."""
    def size(i, dim):
        reach = (int(w[2 + i]) - 1) * dilations[i] if w[2 + i].isdigit() else None
        known = dim.isdigit() and reach is not None
        return str((int(dim) + low[i] + high[i] - reach - 1) // strides[i] + 1) if known else "?"
    result = tensor_type([x[0], w[0]] + [size(i, dim) for i, dim in enumerate(x[2:])], element)
    return (f"llmc.conv %x, %w strides {strides} dilations {dilations} pad {low} {high} groups {groups} : "
            f"{tensor_type(x, element)}, {tensor_type(w, element)} -> {result}", result)


def convolution(name, x, w, strides, dilations, low, high, groups, runs, element="f32"):
    x, w = x.split(), w.split()
    text, result = convolved(x, w, strides, dilations, low, high, groups, element)
    return Case(name, [" ".join([*x, element]), " ".join([*w, element])], "  %r = " + text.replace("%x", "%0").replace("%w", "%1"), result, runs)


S = [dict(n=n, s=s) for n, s in ((0, 5), (1, 1), (2, 16), (1, 33), (1, 700))]
HW = [dict(n=n, h=h, w=w) for n, h, w in ((1, 1, 1), (2, 7, 7), (1, 14, 33), (1, 40, 16))]
KERNEL = [dict(n=1, s=40, k=k) for k in (1, 4, 7)]
CASES += [
    convolution("conv_depthwise_line", "n 5 s", "5 1 9", [1], [1], [4], [4], 5, S),
    convolution("conv_depthwise_nothing", "n 5 s", "5 1 9", [1], [1], [4], [4], 5, [dict(n=1, s=0)]),
    convolution("conv_depthwise_line_f16", "n 5 s", "5 1 9", [1], [1], [4], [4], 5, S, "f16"),
    convolution("conv_depthwise_line_f64", "n 5 s", "5 1 9", [1], [1], [4], [4], 5, S, "f64"),
    convolution("conv_groups_of_positions", "n 32 s", "32 16 8", [1], [1], [4], [4], 2, S),
    convolution("conv_groups_split_unevenly", "n 6 s", "40 3 5", [1], [1], [2], [2], 2, S),
    convolution("conv_groups_of_several_filters", "n 3 s", "6 1 4", [1], [3], [5], [4], 3, S),
    *[convolution(f"conv_stride_{stride}", "n 4 s", "8 2 5", [stride], [dilation], [2], [3 + 4 * dilation], 2, S)
      for stride, dilation in ((2, 1), (3, 2), (4, 1), (5, 1), (7, 3))],
    convolution("conv_stride_between_taps", "n 4 s", "4 2 1", [2], [1], [0], [0], 2, S[1:]),
    convolution("conv_stride_f16", "n 4 s", "8 2 5", [2], [1], [2], [2], 2, S, "f16"),
    convolution("conv_far_border", "n 2 s", "2 1 3", [1], [1], [40], [70], 2, S),
    convolution("conv_depthwise_image", "n 3 h w", "3 1 3 3", [1, 1], [1, 1], [1, 1], [1, 1], 3, HW),
    convolution("conv_depthwise_image_wide_window", "n 3 h w", "3 1 7 7", [1, 1], [1, 1], [3, 3], [3, 3], 3, HW),
    convolution("conv_depthwise_image_strides", "n 3 h w", "3 1 3 3", [2, 2], [1, 1], [0, 0], [2, 2], 3, HW),
    convolution("conv_depthwise_image_dilations", "n 3 h w", "3 1 3 2", [1, 2], [2, 3], [2, 1], [3, 4], 3, HW),
    convolution("conv_depthwise_image_of_known_size", "n 3 14 14", "3 1 3 3", [1, 1], [1, 1], [1, 1], [1, 1], 3, N),
    convolution("conv_depthwise_image_of_whole_vectors", "n 2 9 32", "2 1 3 3", [1, 1], [1, 1], [1, 1], [1, 1], 2, N),
    convolution("conv_line", "n 5 s", "20 5 3", [2], [1], [1], [1], 1, S),
    convolution("conv_line_f16", "n 5 s", "20 5 3", [2], [1], [1], [1], 1, S, "f16"),
    convolution("conv_image", "n 3 h w", "9 3 5 3", [2, 1], [1, 2], [2, 0], [2, 4], 1, HW),
    convolution("conv_patches_of_a_line", "n 5 s", "20 5 3", [4], [1], [1], [1], 1, S),
    convolution("conv_single_elements", "n 5 h w", "20 5 1 1", [1, 1], [1, 1], [0, 0], [0, 0], 1, HW),
    convolution("conv_groups_image", "n 16 h w", "24 8 3 3", [1, 1], [1, 1], [1, 1], [1, 1], 2, HW),
    convolution("conv_groups_volume", "n 4 3 h w", "6 2 2 3 2", [1, 1, 2], [2, 1, 1], [1, 1, 0], [1, 1, 1], 2, HW),
    convolution("conv_window_at_run_time", "n 4 s", "6 2 k", [1], [1], [3], [3], 2, KERNEL),
    convolution("conv_window_at_run_time_strides", "n 4 s", "6 2 k", [2], [2], [3], [3], 2, KERNEL),
    Case("conv_filters_at_run_time", ["n 4 s f32", "k 2 2 3 f32"], '  %m = llmc.size "2 * k"\n'
         "  %w = llmc.reshape %1 to [%m, 2, 3] : {1} -> tensor<?x2x3xf32>\n  %r = " +
         convolved(["n", "4", "s"], ["m", "2", "3"], [1], [1], [1], [1], 2)[0].replace("%x", "%0"), "tensor<?x?x?xf32>", KERNEL),
    # Between maps, one of which is long; results that lie over an operand of the epilogue, and transposed ones.
    *[KernelCase(f"conv_between_maps_{name}", ["n 8 s f32", "8 4 5 f32", "8 1 f32", "n 8 s f32"],
                 pointwise("x", "arith.negf %p : f32", ["%a0 tensor<?x8x?xf32>"], "tensor<?x8x?xf32>") + "    %c = " +
                 convolved(["n", "8", "s"], ["8", "4", "5"], [1], [1], [2], [2], 2)[0].replace("%w", "%a1") + "\n" +
                 pointwise("b", "arith.addf %p, %q : f32", ["%c tensor<?x8x?xf32>", "%a2 tensor<8x1xf32>"], "tensor<?x8x?xf32>") +
                 pointwise("g", op, ["%b tensor<?x8x?xf32>"], "tensor<?x8x?xf32>") +
                 pointwise("r", "arith.addf %p, %q : f32", ["%g tensor<?x8x?xf32>", "%a3 tensor<?x8x?xf32>"], "tensor<?x8x?xf32>") +
                 "    %t = llmc.transpose %r perm [0, 2, 1] : tensor<?x8x?xf32> -> tensor<?x?x8xf32>\n"
                 "    llmc.yield %r, %t : tensor<?x8x?xf32>, tensor<?x?x8xf32>", ["tensor<?x8x?xf32>", "tensor<?x?x8xf32>"], S)
      for name, op in (("short", "math.absf %p : f32"), ("long", "llmc.gelu erf %p : f32"))],
]
