#include "compiler/evaluation/Agreement.h"
#include "compiler/execution/TensorRows.h"
#include "compiler/support/Comparison.h"
#include "compiler/support/UsageError.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace llmc::evaluation {

using namespace execution;
namespace {

/// Each sample is compared with all others; wider rows are no embeddings.
constexpr size_t kMostNeighbours = 2048, kWidestMean = 8192;
constexpr size_t kBest = 5;

bool areFinite(llvm::ArrayRef<double> row) {
  return llvm::all_of(row, [](double value) { return std::isfinite(value); });
}

double dot(llvm::ArrayRef<double> a, llvm::ArrayRef<double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i)
    sum += a[i] * b[i];
  return sum;
}

double cosineOf(llvm::ArrayRef<double> got, llvm::ArrayRef<double> want) {
  return llmc::cosineOf(dot(got, want), dot(got, got), dot(want, want));
}

/// Places of the greatest elements, the greatest first; of equal ones the first.
llvm::SmallVector<size_t> bestOf(llvm::ArrayRef<double> row, size_t count) {
  llvm::SmallVector<size_t> places(row.size());
  std::iota(places.begin(), places.end(), 0);
  std::partial_sort(places.begin(), places.begin() + static_cast<ptrdiff_t>(count), places.end(),
                    [&](size_t a, size_t b) { return row[a] != row[b] ? row[a] > row[b] : a < b; });
  places.truncate(count);
  return places;
}

void appendDirection(llvm::ArrayRef<double> row, std::vector<float> &directions) {
  double length = std::sqrt(dot(row, row));
  for (double value : row)
    directions.push_back(static_cast<float>(length > 0 ? value / length : 0));
}

/// For each of the directions the nearest of the others.
std::vector<size_t> nearestOthers(llvm::ArrayRef<float> directions, size_t width) {
  size_t count = directions.size() / width;
  std::vector<size_t> nearest(count);
  for (size_t i = 0; i < count; ++i) {
    float best = -std::numeric_limits<float>::infinity();
    for (size_t j = 0; j < count; ++j) {
      float cosine = 0;
      for (size_t k = 0; k < width; ++k)
        cosine += directions[i * width + k] * directions[j * width + k];
      if (i != j && cosine > best)
        best = cosine, nearest[i] = j;
    }
  }
  return nearest;
}

} // namespace

void Agreement::add(const llmc_tensor &got, const llmc_tensor &want, const std::vector<bool> &counted) {
  size_t count = elementCount(want);
  floats = isOfFloats(want);
  width = want.rank ? static_cast<size_t>(want.dims[want.rank - 1]) : 1;
  if (count == 0)
    return;
  if (!floats) {
    size_t bytes = findElementType(want.dtype)->bits / 8;
    auto *a = static_cast<const char *>(got.data), *b = static_cast<const char *>(want.data);
    elements += count;
    for (size_t i = 0; i < count; ++i)
      equal += std::equal(a + i * bytes, a + (i + 1) * bytes, b + i * bytes);
    return;
  }
  size_t rowsOfAll = count / width, samplesOfAll = want.rank > 1 ? static_cast<size_t>(want.dims[0]) : 1;
  std::vector<double> gotRow(width), wantRow(width);
  for (size_t row = 0; row < rowsOfAll; ++row) {
    if (counted.empty() || counted[row]) {
      readFloats(got, row * width, gotRow);
      readFloats(want, row * width, wantRow);
      addRow(gotRow, wantRow);
    }
    if ((row + 1) % (rowsOfAll / samplesOfAll) == 0)
      endSample();
  }
}

void Agreement::addRow(llvm::ArrayRef<double> got, llvm::ArrayRef<double> want) {
  if (!areFinite(want)) {
    ++boundless;
    return;
  }
  ++rows;
  elements += want.size();
  if (!areFinite(got)) {
    ++broken;
    return;
  }
  double cosine = cosineOf(got, want);
  cosines += cosine;
  leastCosine = std::min(leastCosine, cosine);
  gotSum.resize(width);
  wantSum.resize(width);
  for (size_t i = 0; i < width; ++i) {
    double difference = got[i] - want[i];
    noise += difference * difference;
    signal += want[i] * want[i];
    largest = std::max(largest, std::fabs(difference));
    equal += difference == 0;
    gotSum[i] += got[i];
    wantSum[i] += want[i];
  }
  sampleHasRows = true;
  addRanks(got, want);
}

void Agreement::addRanks(llvm::ArrayRef<double> got, llvm::ArrayRef<double> want) {
  if (width < 2)
    return;
  size_t count = std::min(width, kBest);
  auto gotBest = bestOf(got, count), wantBest = bestOf(want, count);
  firsts += gotBest.front() == wantBest.front();
  auto stay = llvm::count_if(wantBest, [&](size_t place) { return llvm::is_contained(gotBest, place); });
  fives += double(stay) / double(count);
}

void Agreement::endSample() {
  if (!sampleHasRows)
    return;
  pooledCosines += cosineOf(gotSum, wantSum);
  if (++samples <= kMostNeighbours && width <= kWidestMean) {
    appendDirection(gotSum, gotMeans);
    appendDirection(wantSum, wantMeans);
  }
  gotSum.clear();
  wantSum.clear();
  sampleHasRows = false;
}

double Agreement::neighbours() const {
  auto got = nearestOthers(gotMeans, width), want = nearestOthers(wantMeans, width);
  auto kept =
      llvm::count_if(llvm::zip_equal(got, want), [](auto pair) { return std::get<0>(pair) == std::get<1>(pair); });
  return double(kept) / double(want.size());
}

std::optional<double> Agreement::value(Metric metric) const {
  if (!floats || rows == 0)
    return std::nullopt;
  bool isKnown = metric == Metric::Neighbours ? gotMeans.size() > 2 * width
                 : metric == Metric::Top1     ? width > 1
                 : metric == Metric::Top5     ? width > kBest
                                              : true;
  if (!isKnown)
    return std::nullopt;
  if (broken)
    return std::numeric_limits<double>::quiet_NaN();
  double all = double(rows), relative = noise == 0 ? 0 : noise / signal;
  switch (metric) {
  case Metric::Cosine:
    return cosines / all;
  case Metric::LeastCosine:
    return leastCosine;
  case Metric::PooledCosine:
    return pooledCosines / double(samples);
  case Metric::Neighbours:
    return neighbours();
  case Metric::Top1:
    return firsts / all;
  case Metric::Top5:
    return fives / all;
  case Metric::Sqnr:
    return -10 * std::log10(relative);
  case Metric::Error:
    return std::sqrt(relative);
  case Metric::MaxAbsolute:
    return largest;
  }
  llvm_unreachable("all metrics are listed");
}

std::optional<double> worstOf(llvm::ArrayRef<Agreement> agreements, Metric metric) {
  std::optional<double> worst;
  for (const Agreement &each : agreements)
    if (std::optional<double> value = each.value(metric); value && (!worst || !std::isnan(*worst))) {
      bool isWorse = !worst || std::isnan(*value) || (infoOf(metric).moreIsBetter ? *value < *worst : *value > *worst);
      if (isWorse)
        worst = value;
    }
  return worst;
}

llvm::Expected<double> worstFor(const Budget &budget, llvm::ArrayRef<Agreement> agreements) {
  if (std::optional<double> worst = worstOf(agreements, budget.metric))
    return *worst;
  return usageError("no output of the model has what the accuracy budget " + budget.text() +
                    " is about: " + infoOf(budget.metric).meaning + "; try: cosine>=0.995");
}

} // namespace llmc::evaluation
