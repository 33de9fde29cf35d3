#ifndef LLMC_IR_ATTRIBUTES
#define LLMC_IR_ATTRIBUTES

include "compiler/ir/LlmcDialect.td"
include "mlir/IR/AttrTypeBase.td"

def Llmc_PlaceKind : I32EnumAttr<"PlaceKind", "whose memory a tensor lies in", [
    I32EnumAttrCase<"Arena", 0, "arena">, I32EnumAttrCase<"Output", 1, "output">]> {
  let cppNamespace = "::llmc::ir";
  let genSpecializedAttr = 0;
}

def Llmc_PlaceAttr : AttrDef<Llmc_Dialect, "Place"> {
  let mnemonic = "place";
  let summary = "where a kernel puts a result";
  let description = [{
    In the arena at the slot of this number, or in the buffer that the caller gives for the output of this number.

    ```mlir
    #llmc.place<arena 3>
    #llmc.place<output 0>
    ```
  }];
  let parameters = (ins EnumParameter<Llmc_PlaceKind>:$kind, "int64_t":$number);
  let assemblyFormat = "`<` $kind $number `>`";
}

def Llmc_PlaceArrayAttr : TypedArrayAttrBase<Llmc_PlaceAttr, "places">;

def Llmc_ScheduleAttr : AttrDef<Llmc_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "how the loops of a kernel are built for one level of a target";
  let description = [{
    `row` names the row of the target's table that the numbers are from: `rows` x `vectors` accumulators of native width,
    and `chunk` rows in a task. With a `depth` the rows of a task pass over so many steps along k, then over the next ones,
    while their sums wait; without one they pass over all of them at once. All may be any numbers that are not zero: a
    schedule changes how fast a result is there, never the result. `why` is for the reader.

    ```mlir
    #llmc.schedule<"x86-64-v4", "f32_8x48", rows = 8, vectors = 3, chunk = 192, why = "the only row for f32">
    #llmc.schedule<"x86-64-v4", "f32_8x48", rows = 8, vectors = 3, chunk = 192, depth = 768, why = "the only row for f32">
    ```
  }];
  let parameters = (ins StringRefParameter<>:$level, StringRefParameter<>:$row, "int64_t":$rows, "int64_t":$vectors,
                        "int64_t":$chunk, DefaultValuedParameter<"int64_t", "0">:$depth, StringRefParameter<>:$why);
  let assemblyFormat = "`<` $level `,` $row `,` struct($rows, $vectors, $chunk, $depth, $why) `>`";
  let extraClassDeclaration = [{
    /// Whether the loops are the same, for whatever level and reason.
    bool hasLoopsOf(ScheduleAttr other) const {
      return getRow() == other.getRow() && getRows() == other.getRows() && getVectors() == other.getVectors() &&
             getChunk() == other.getChunk() && getDepth() == other.getDepth();
    }
  }];
  let genVerifyDecl = 1;
}

def Llmc_ScheduleArrayAttr : TypedArrayAttrBase<Llmc_ScheduleAttr, "schedules">;

def Llmc_DecisionAttr : AttrDef<Llmc_Dialect, "Decision"> {
  let mnemonic = "decision";
  let summary = "what a pass decided about an operation, and why";
  let description = [{
    Passes add them to the list `llmc.decisions` of the operation; a kernel takes over those of what it is made of. They
    change nothing.

    ```mlir
    {llmc.decisions = [#llmc.decision<"result stored", "2 kernels read it">]}
    ```
  }];
  let parameters = (ins StringRefParameter<>:$what, StringRefParameter<>:$why);
  let assemblyFormat = "`<` $what `,` $why `>`";
}

def Llmc_BlocksAttr : AttrDef<Llmc_Dialect, "Blocks"> {
  let mnemonic = "blocks";
  let summary = "how many blocks of a weight hold numbers";
  let description = [{
    On a product (`llmc.blocks`), of its right side: no more than `count` blocks of `rows` rows hold anything but zeros in each
    panel of `columns` columns. Passes that make another product of it take it over; a product that has lost it is still right,
    and multiplies zeros.

    ```mlir
    {llmc.blocks = #llmc.blocks<rows = 1, columns = 16, count = 192>}
    ```
  }];
  let parameters = (ins "int64_t":$rows, "int64_t":$columns, "int64_t":$count);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif
