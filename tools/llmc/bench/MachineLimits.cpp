// Multiply-adds in registers, and sums over a large buffer; the best of some rounds on all threads together. A limit
// that is not reached here would make kernels look better than they are, so reads try more than one way.
#include "tools/llmc/bench/MachineLimits.h"
#include "tools/llmc/Stopwatch.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include <algorithm>
#include <cstdint>
#include <functional>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace llmc::tools {
namespace {

/// Enough independent chains to hide the latency of two units, few enough for 16 registers.
constexpr int kChains = 12;
constexpr int64_t kSteps = 1 << 18;

// Both are always inlined, so that they are compiled for the instruction set of their caller.

/// The chains approach 2 * (seed + 1): a seed >= 0 keeps them away from denormals, which are slow.
template <typename Vector> [[gnu::always_inline]] inline float multiplyAdds(float seed) {
  Vector chains[kChains], factor = Vector{} + 0.5f, summand = Vector{} + (seed + 1.0f);
  for (int i = 0; i < kChains; ++i)
    chains[i] = Vector{} + static_cast<float>(i);
  for (int64_t step = 0; step < kSteps; ++step)
#pragma clang loop unroll(full)
    for (int i = 0; i < kChains; ++i)
      chains[i] = chains[i] * factor + summand;
  Vector sum = {};
  for (const Vector &chain : chains)
    sum += chain;
  return sum[0];
}

/// Reads all of `count` floats, as so many streams side by side.
template <typename Vector, int streams>
[[gnu::always_inline]] inline float readStreams(const float *begin, size_t count) {
  constexpr size_t lanes = sizeof(Vector) / sizeof(float), sums = 8;
  Vector partial[sums] = {};
  size_t part = count / streams / (lanes * sums / streams) * (lanes * sums / streams);
  for (size_t i = 0; i < part; i += lanes * sums / streams)
#pragma clang loop unroll(full)
    for (size_t j = 0; j < sums; ++j)
      partial[j] += *reinterpret_cast<const Vector *>(begin + j % streams * part + i + j / streams * lanes);
  Vector sum = {};
  for (const Vector &each : partial)
    sum += each;
  return sum[0];
}

template <typename Vector> [[gnu::always_inline]] inline float read(const float *begin, size_t count, int streams) {
  return streams == 1   ? readStreams<Vector, 1>(begin, count)
         : streams == 4 ? readStreams<Vector, 4>(begin, count)
                        : readStreams<Vector, 8>(begin, count);
}

using Vector128 = float __attribute__((vector_size(16)));
#if defined(__x86_64__)
using Vector256 = float __attribute__((vector_size(32)));
using Vector512 = float __attribute__((vector_size(64)));
__attribute__((target("avx2,fma"))) float multiplyAdds256(float seed) { return multiplyAdds<Vector256>(seed); }
__attribute__((target("avx512f"))) float multiplyAdds512(float seed) { return multiplyAdds<Vector512>(seed); }
using Words512 = int __attribute__((vector_size(64)));
using Bytes512 = char __attribute__((vector_size(64)));
__attribute__((target("avx512f,avx512vnni"))) int multiplyBytes512(int seed) {
  Words512 chains[kChains] = {}, left = Words512{} + (seed + 0x01020304), right = Words512{} + (seed + 0x04030201);
  for (int64_t step = 0; step < kSteps; ++step)
#pragma clang loop unroll(full)
    for (int i = 0; i < kChains; ++i)
      chains[i] = __builtin_ia32_vpdpbusd512(chains[i], (Bytes512)left, (Bytes512)right);
  Words512 sum = {};
  for (const Words512 &chain : chains)
    sum += chain;
  return sum[0];
}
using Halves512 = __bf16 __attribute__((vector_size(64)));
__attribute__((target("avx512f,avx512bf16"))) float multiplyHalves512(int seed) {
  Vector512 chains[kChains] = {};
  // Pairs of 0.5, and of numbers near 1.
  auto left = (Halves512)(Words512{} + 0x3f003f00), right = (Halves512)(Words512{} + (0x3f803f80 + seed));
  for (int64_t step = 0; step < kSteps; ++step)
#pragma clang loop unroll(full)
    for (int i = 0; i < kChains; ++i)
      chains[i] = __builtin_ia32_dpbf16ps_512(chains[i], left, right);
  Vector512 sum = {};
  for (const Vector512 &chain : chains)
    sum += chain;
  return sum[0];
}

constexpr int64_t kTileSteps = 1 << 14, kTileProducts = 4 * 16 * 16; // sums of four tiles

/// Of all 16 rows and 64 bytes, in all eight tiles.
struct alignas(64) TileConfiguration {
  uint8_t palette = 1, start = 0, reserved[14] = {};
  uint16_t rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// Four tiles of zeros times zeros, which are as fast as others.
#define LLMC_MULTIPLY_TILES(product)                                                                                   \
  TileConfiguration configuration;                                                                                     \
  __builtin_ia32_tile_loadconfig(&configuration);                                                                      \
  for (int64_t step = 0; step < kTileSteps; ++step) {                                                                  \
    product(0, 4, 6);                                                                                                  \
    product(1, 4, 7);                                                                                                  \
    product(2, 5, 6);                                                                                                  \
    product(3, 5, 7);                                                                                                  \
  }                                                                                                                    \
  __builtin_ia32_tilerelease()
__attribute__((target("amx-tile,amx-bf16"))) float multiplyTilesOfHalves(int seed) {
  LLMC_MULTIPLY_TILES(__builtin_ia32_tdpbf16ps);
  return static_cast<float>(seed);
}
__attribute__((target("amx-tile,amx-int8"))) float multiplyTilesOfBytes(int seed) {
  LLMC_MULTIPLY_TILES(__builtin_ia32_tdpbusd);
  return static_cast<float>(seed);
}
#undef LLMC_MULTIPLY_TILES

/// Whether the machine has them, and the system lets this process use them.
bool hasTiles(const char *kind) {
  constexpr int requestPermission = 0x1023, tileData = 18; // ARCH_REQ_XCOMP_PERM, XTILEDATA
  return llvm::sys::getHostCPUFeatures().lookup(kind) && syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}
__attribute__((target("avx2"))) float read256(const float *begin, size_t count, int streams) {
  return read<Vector256>(begin, count, streams);
}
__attribute__((target("avx512f"))) float read512(const float *begin, size_t count, int streams) {
  return read<Vector512>(begin, count, streams);
}
#endif
float multiplyAdds128(float seed) { return multiplyAdds<Vector128>(seed); }
float read128(const float *begin, size_t count, int streams) { return read<Vector128>(begin, count, streams); }

struct Unit {
  float (*multiplyAdds)(float seed);
  float (*read)(const float *begin, size_t count, int streams);
  int lanes;
};

Unit widestUnit() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f"))
    return {multiplyAdds512, read512, 16};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return {multiplyAdds256, read256, 8};
#endif
  return {multiplyAdds128, read128, 4};
}

/// Seconds of the fastest of some rounds in which every thread does `work` once.
double fastest(unsigned threads, int rounds, const std::function<void(unsigned)> &work) {
  double best = 1e30;
  for (int round = 0; round < rounds; ++round) {
    auto start = Clock::now();
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; ++i)
      others.emplace_back(work, i);
    work(0);
    for (std::thread &other : others)
      other.join();
    best = std::min(best, secondsSince(start));
  }
  return best;
}

volatile float sink; // what is stored here has to be computed

/// Operations a second, where each call of `compute` does so many on every thread.
double measureRate(unsigned threads, double operations, const std::function<float(int)> &compute) {
  constexpr int repeats = 8; // some milliseconds, so that starting threads does not count
  double seconds = fastest(threads, 8, [&](unsigned) {
    for (int i = 0; i < repeats; ++i)
      sink = compute(i);
  });
  return operations * repeats * threads / seconds;
}

double measureFlops(unsigned threads) {
  Unit unit = widestUnit();
  return measureRate(threads, 2.0 * unit.lanes * kChains * kSteps,
                     [&](int i) { return unit.multiplyAdds(static_cast<float>(i)); });
}

/// On machines whose products of bf16 nothing here knows they are counted as fast as those of floats.
double measureHalfFlops(unsigned threads, double flopsPerSecond) {
#if defined(__x86_64__)
  if (hasTiles("amx-bf16"))
    return measureRate(threads, 2.0 * kTileProducts * 32 * kTileSteps, multiplyTilesOfHalves);
  if (__builtin_cpu_supports("avx512bf16"))
    return measureRate(threads, 2.0 * 32 * kChains * kSteps, multiplyHalves512);
#endif
  return flopsPerSecond;
}

/// The same for bytes, which holds where they are multiplied as 16 bits.
double measureByteOps(unsigned threads, double flopsPerSecond) {
#if defined(__x86_64__)
  if (hasTiles("amx-int8"))
    return measureRate(threads, 2.0 * kTileProducts * 64 * kTileSteps, multiplyTilesOfBytes);
  if (__builtin_cpu_supports("avx512vnni"))
    return measureRate(threads, 2.0 * 64 * kChains * kSteps,
                       [](int i) { return static_cast<float>(multiplyBytes512(i)); });
#endif
  return flopsPerSecond;
}

std::vector<ReadRate> measureReads(unsigned threads) {
  constexpr size_t largest = size_t(256) << 20;
  struct alignas(64) Line {
    float values[16] = {1};
  };
  std::vector<Line> buffer(largest / sizeof(Line));
  Unit unit = widestUnit();
  std::vector<ReadRate> rates;
  for (size_t bytes : {size_t(16) << 10, size_t(256) << 10, size_t(8) << 20, largest}) {
    size_t share = bytes / sizeof(Line) / threads;
    auto repeats = static_cast<int>(largest / 4 / bytes) + 1;
    double seconds = 1e30;
    for (int streams : {1, 4, 8})
      seconds = std::min(seconds, fastest(threads, 3, [&](unsigned thread) {
                           float sum = 0;
                           for (int repeat = 0; repeat < repeats; ++repeat) {
                             sum += unit.read(buffer[thread * share].values, share * 16, streams);
                             asm volatile("" ::: "memory"); // each repetition reads again
                           }
                           sink = sum;
                         }));
    double total = static_cast<double>(share * threads * sizeof(Line)) * repeats;
    rates.push_back({bytes, total / seconds});
  }
  return rates;
}

} // namespace

double MachineLimits::leastSeconds(const Work &work) const {
  auto level = std::find_if(reads.begin(), reads.end() - 1,
                            [&](const ReadRate &rate) { return work.bytes <= static_cast<double>(rate.bytes); });
  double compute = (work.flops - work.halfFlops) / flopsPerSecond + work.halfFlops / halfFlopsPerSecond +
                   work.byteOps / byteOpsPerSecond;
  return std::max(compute, work.bytes / level->bytesPerSecond);
}

MachineLimits measureLimits(unsigned threads) {
  double flops = measureFlops(threads);
  return {flops, measureHalfFlops(threads, flops), measureByteOps(threads, flops), measureReads(threads)};
}

} // namespace llmc::tools
