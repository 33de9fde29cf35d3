/* What a call of the runtime can come to. The numbers are part of the ABI: they are never changed
 * or used again. Each has one row with text and explanation in runtime/support/Errors.def. */
#ifndef LLMC_STATUS_H
#define LLMC_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum llmc_status {
  LLMC_OK = 0,
  LLMC_ERROR_INVALID_ARGUMENT = 1,
  LLMC_ERROR_NO_MEMORY = 2,
  LLMC_ERROR_BAD_MODEL = 3,
  LLMC_ERROR_UNSUPPORTED_CPU = 4,
  LLMC_ERROR_WEIGHTS_UNREADABLE = 5,
  LLMC_ERROR_WEIGHTS_MISMATCH = 6,
  LLMC_ERROR_TYPE_MISMATCH = 7,
  LLMC_ERROR_SHAPE_MISMATCH = 8,
  LLMC_ERROR_BUFFER_TOO_SMALL = 9,
  LLMC_ERROR_NOT_READY = 10,
  LLMC_ERROR_CHECK_FAILED = 11,
  LLMC_ERROR_CANCELLED = 12,
  LLMC_ERROR_DEADLINE = 13,
  LLMC_ERROR_BUSY = 14,
  LLMC_ERROR_THREADS = 15
} llmc_status;

#ifdef __cplusplus
}
#endif
#endif
