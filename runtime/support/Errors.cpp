// Messages are formatted into a buffer of fixed size: a failure must not need memory.
#include "support/Errors.h"

#include <cinttypes>
#include <cstdarg>
#include <cstdio>
#include <cstring>

using namespace llmc::runtime;

#define LLMC_ERROR(name, number, text, explanation)                                                                    \
  static_assert(LLMC_ERROR_##name == number, "status.h and Errors.def disagree");
#include "support/Errors.def"

const char *llmc::runtime::statusText(int status) {
  switch (status) {
  case LLMC_OK:
    return "success";
#define LLMC_ERROR(name, number, text, explanation)                                                                    \
  case LLMC_ERROR_##name:                                                                                              \
    return text;
#include "support/Errors.def"
  }
  return "unknown status";
}

static void appendFormatted(char *buffer, size_t capacity, size_t &used, const char *format, va_list arguments) {
  int wanted = vsnprintf(buffer + used, capacity - used, format, arguments);
  if (wanted > 0)
    used += static_cast<size_t>(wanted);
  if (used >= capacity)
    used = capacity - 1;
}

llmc_status Message::fail(llmc_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  used = 0;
  appendFormatted(buffer, sizeof buffer, used, format, arguments);
  va_end(arguments);
  return status;
}

void Message::append(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  appendFormatted(buffer, sizeof buffer, used, format, arguments);
  va_end(arguments);
}

llmc_status Message::failCheck(llmc_status status, const llmc_image_check &check, const int64_t values[2]) {
  fail(status, "%s", "");
  if (check.node && *check.node)
    append("\"%s\": ", check.node);
  for (const char *cursor = check.text; *cursor;) {
    if (std::strncmp(cursor, "{0}", 3) == 0 || std::strncmp(cursor, "{1}", 3) == 0) {
      append("%" PRId64, values[cursor[1] - '0']);
      cursor += 3;
    } else {
      append("%c", *cursor++);
    }
  }
  return status;
}
