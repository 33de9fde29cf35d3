// The states that a context keeps for its model: one memory that is the input and the output of a run, with room
// behind.
//
// A state lies there as its output does, but for the axis that grows, which has `capacity` positions. Of these the
// first `length` are what the next run reads, and the others nobody's: a run that fails may have written there.
#ifndef LLMC_RUNTIME_API_STATES_H
#define LLMC_RUNTIME_API_STATES_H

#include "llmc/artefact.h"
#include "llmc/llmc.h"
#include "memory/Allocator.h"
#include "memory/BlockLayout.h"
#include "support/Errors.h"

namespace llmc::runtime {

// Used by one thread at a time.
class States {
public:
  // Takes its arrays from `layout`; see BlockLayout for the two passes.
  States(const llmc_image &image, const Allocator &allocator, BlockLayout &layout);
  States(const States &) = delete;
  States &operator=(const States &) = delete;
  ~States() { release(); }

  // Called once, on the arrays of the second pass.
  void initialize();

  // Makes room for `capacity` positions in each state and keeps what they hold. 0: the context keeps none any more.
  llmc_status reserve(int64_t capacity, Message &message);
  // At most `length` positions stay in each.
  void truncate(int64_t length);

  // 0 where the context keeps no states.
  int64_t capacity() const { return room; }
  int64_t length(uint32_t state) const { return kept[state].length; }
  uint8_t *data(uint32_t state) const { return block + kept[state].offset; }

  // Before a run: have its outputs room, and other sizes than the states only along the axis that grows? Takes the
  // memory where it is the first run, or the first after all positions have gone. `sizes(state)` are those of the
  // output.
  template <typename Sizes> llmc_status prepare(Sizes sizes, Message &message) {
    for (uint32_t i = 0; i < image.state_count; ++i)
      if (llmc_status status = check(i, sizes(i), message); status != LLMC_OK)
        return status;
    if (!isEmpty())
      return LLMC_OK;
    for (uint32_t i = 0; i < image.state_count; ++i)
      adopt(i, sizes(i));
    return takeMemory(message);
  }
  // After a run that went well.
  void append(uint32_t state, const int64_t *sizes);

  // What a state consists of: `count` rows of positions, each of `positionBytes`.
  struct Rows {
    uint64_t count, positionBytes;
  };

  // Type, sizes and bytes of what a state holds; no data. Sizes are 0 before the first run.
  llmc_tensor shape(uint32_t state) const;
  // Copies what a state holds to `data`, row-major, without the room.
  llmc_status read(uint32_t state, void *data, uint64_t bytes, Message &message) const;

private:
  struct Kept {
    int64_t length;
    uint64_t offset; // in the block
    int64_t *sizes;  // of the output; that of the axis which grows is worth nothing
  };

  const llmc_image_tensor &output(uint32_t state) const { return image.outputs[image.states[state].output]; }
  bool isEmpty() const;
  llmc_status check(uint32_t state, const int64_t *sizes, Message &message) const;
  void adopt(uint32_t state, const int64_t *sizes);
  Rows rowsOf(uint32_t state) const;
  uint64_t bytesOfAll(int64_t positions) const;
  llmc_status takeMemory(Message &message);
  llmc_status move(int64_t capacity, Message &message);
  // To memory whose rows have room for `positions`.
  void copyRows(uint32_t state, uint8_t *to, int64_t positions) const;
  void release();

  const llmc_image &image;
  Allocator allocator;
  Kept *kept;
  int64_t *allSizes;
  uint8_t *block = nullptr;
  uint64_t blockBytes = 0;
  int64_t room = 0;
};

} // namespace llmc::runtime
#endif
