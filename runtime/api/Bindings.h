// The inputs and outputs of one context: what the user bound, and the shapes that follow from it.
#ifndef LLMC_RUNTIME_API_BINDINGS_H
#define LLMC_RUNTIME_API_BINDINGS_H

#include "api/States.h"
#include "llmc/artefact.h"
#include "llmc/llmc.h"
#include "memory/BlockLayout.h"
#include "support/Errors.h"

namespace llmc::runtime {

// Used by one thread at a time.
class Bindings {
public:
  // Takes its arrays from `layout`; see BlockLayout for the two passes.
  Bindings(const llmc_image &image, BlockLayout &layout);

  // Called once, on the arrays of the second pass.
  void initialize();

  llmc_status bindInput(uint32_t index, const llmc_tensor &tensor, Message &message);

  // Null `data`: memory of the context.
  llmc_status bindOutput(uint32_t index, void *data, uint64_t bytes, Message &message);

  // From here on the inputs and outputs of states are bound to what the context keeps, or, when it keeps nothing any
  // more, not at all.
  void keepStates(bool keeps);

  // Computes all that depends on the inputs' shapes, unless it is known already; lengths of states are.
  llmc_status resolve(const States &states, Message &message);
  // What depends on shapes must be computed anew.
  void invalidate() { resolved = false; }

  // After resolve(): are the user's output buffers large enough, and apart from all others?
  llmc_status checkOutputs(Message &message);

  // Does any buffer that the user bound lie in that memory, if only in part?
  bool useAny(const void *memory, uint64_t bytes) const;

  // Forgets all buffers that lie in that memory, which is about to go.
  void forget(const void *memory, uint64_t bytes);

  // After resolve(): bytes of all outputs that neither the user bound nor a state is, each aligned to 64.
  uint64_t ownedOutputBytes() const;

  // After resolve(): fills the pointers that a run sees; `owned` holds ownedOutputBytes().
  void placeOutputs(uint8_t *owned, const States &states);

  // After resolve(): sizes of an output.
  const int64_t *outputSizes(uint32_t index) const { return outputFacts[index].dims; }
  // Is the output a state that the context keeps?
  bool isKept(uint32_t output) const { return outputFacts[output].kept; }

  // After resolve(): type, shape and size of an output; no data.
  llmc_tensor outputShape(uint32_t index) const;

  const void *const *inputPointers() const { return inputs; }
  void *const *outputPointers() const { return outputs; }
  const int64_t *words() const { return boundWords; }
  // After resolve(): the number of the code for these sizes.
  uint32_t variant() const { return chosen; }
  // After resolve(): what the run needs.
  const llmc_image_memory &memory() const { return needed; }

private:
  struct Input {
    bool bound;
    bool kept;      // it is a state in memory of the context
    uint64_t bytes; // that the shape needs
    int64_t *dims;  // part of inputDims
  };
  struct Output {
    void *user;         // null: in memory of the context
    uint64_t userBytes; // room in the user's buffer
    uint64_t bytes;     // that the shape needs
    int64_t *dims;      // part of outputDims
    bool kept;          // it is a state in memory of the context

    bool isOwned() const { return !user && !kept; }
  };

  llmc_status checkInput(uint32_t index, const llmc_tensor &tensor, uint64_t &bytes, Message &message) const;
  llmc_status checkApart(uint32_t index, Message &message) const;
  llmc_status chooseVariant(int64_t capacity, Message &message);

  const llmc_image &image;
  int64_t *inputDims, *outputDims; // of all tensors, one after the other
  int64_t *boundWords;             // what bind leaves for run
  const void **inputs;
  void **outputs;
  Input *inputFacts;
  Output *outputFacts;
  llmc_image_memory needed = {};
  uint32_t chosen = 0;   // of the variants
  bool keepsAny = false; // of the states
  bool resolved = false; // outputs' shapes, words and sizes of memory belong to the inputs' shapes
  bool outputsChecked = false;
};

} // namespace llmc::runtime
#endif
