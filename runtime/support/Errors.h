// Status codes with their texts, and the message of a failed call.
#ifndef LLMC_RUNTIME_SUPPORT_ERRORS_H
#define LLMC_RUNTIME_SUPPORT_ERRORS_H

#include "llmc/artefact.h"
#include "llmc/status.h"
#include <cstddef>

namespace llmc::runtime {

// The text of Errors.def; never null, whatever the number.
const char *statusText(int status);

// One line of text in fixed storage: saying what went wrong never allocates. Too long a line is
// cut.
class Message {
public:
  // Sets the text and returns `status`, so that a failure is one statement.
  llmc_status fail(llmc_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

  // Likewise, with the text of a failed check: its {0} and {1} are replaced by the values.
  llmc_status failCheck(llmc_status status, const llmc_image_check &check, const int64_t values[2]);

  // Adds to the text.
  void append(const char *format, ...) __attribute__((format(printf, 2, 3)));

  const char *text() const { return buffer; }

private:
  char buffer[1024] = {};
  size_t used = 0;
};

} // namespace llmc::runtime
#endif
