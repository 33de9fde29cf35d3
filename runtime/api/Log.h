// The application's log hook, or nothing.
#ifndef LLMC_RUNTIME_API_LOG_H
#define LLMC_RUNTIME_API_LOG_H

#include "llmc/llmc.h"

namespace llmc::runtime {

// A value, freely copied.
class Log {
public:
  Log() = default;
  explicit Log(const llmc_log &hook) : hook(hook) {}

  void error(const char *message) const { write(LLMC_LOG_ERROR, message); }
  void info(const char *message) const { write(LLMC_LOG_INFO, message); }

private:
  void write(int level, const char *message) const {
    if (hook.write)
      hook.write(hook.user, level, message);
  }

  llmc_log hook = {};
};

} // namespace llmc::runtime
#endif
