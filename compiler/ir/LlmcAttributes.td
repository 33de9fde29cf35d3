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

#endif
