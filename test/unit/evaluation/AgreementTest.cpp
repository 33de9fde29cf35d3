// Metrics of small tensors, by hand.
#include "compiler/evaluation/Agreement.h"
#include "llmc/dtype.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace llmc::evaluation;

namespace {

template <typename T> struct Numbers {
  uint32_t dtype;
  std::vector<int64_t> dims;
  std::vector<T> values;

  llmc_tensor view() {
    return {sizeof(llmc_tensor),       dtype, static_cast<uint32_t>(dims.size()), dims.data(), values.data(),
            values.size() * sizeof(T), 0};
  }
};

using Floats = Numbers<float>;

Agreement compare(Floats got, Floats want, const std::vector<bool> &counted = {}) {
  Agreement agreement("y");
  agreement.add(got.view(), want.view(), counted);
  return agreement;
}

Floats floats(std::vector<int64_t> dims, std::vector<float> values) {
  return {LLMC_DTYPE_F32, std::move(dims), std::move(values)};
}

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN(), kInf = std::numeric_limits<float>::infinity();

TEST(Agreement, ofARowWithItself) {
  Agreement same = compare(floats({1, 3}, {1, 2, 3}), floats({1, 3}, {1, 2, 3}));
  EXPECT_NEAR(*same.value(Metric::Cosine), 1, 1e-12);
  EXPECT_EQ(same.value(Metric::Error), 0);
  EXPECT_EQ(same.value(Metric::Sqnr), kInf);
  EXPECT_EQ(same.value(Metric::Top1), 1);
  EXPECT_EQ(same.value(Metric::Top5), std::nullopt); // there are but three
}

TEST(Agreement, ofTwoRows) {
  Agreement agreement = compare(floats({2, 2}, {0, 1, 3, 4}), floats({2, 2}, {1, 0, 3, 4}));
  EXPECT_NEAR(*agreement.value(Metric::Cosine), 0.5, 1e-12);
  EXPECT_NEAR(*agreement.value(Metric::LeastCosine), 0, 1e-12);
  EXPECT_NEAR(*agreement.value(Metric::Error), std::sqrt(2.0 / 26), 1e-12);
  EXPECT_NEAR(*agreement.value(Metric::Sqnr), 10 * std::log10(13.0), 1e-9);
  EXPECT_EQ(agreement.value(Metric::Top1), 0.5);
  EXPECT_EQ(agreement.value(Metric::MaxAbsolute), 1);
}

TEST(Agreement, zerosAreLikeZerosAlone) {
  EXPECT_EQ(compare(floats({1, 2}, {0, 0}), floats({1, 2}, {0, 0})).value(Metric::Cosine), 1);
  EXPECT_EQ(compare(floats({1, 2}, {0, 0}), floats({1, 2}, {1, 0})).value(Metric::Cosine), 0);
}

TEST(Agreement, leavesOutRowsThatDontCount) {
  Agreement agreement = compare(floats({1, 3, 1}, {1, 9, 1}), floats({1, 3, 1}, {1, 2, 1}), {true, false, true});
  EXPECT_EQ(agreement.rowCount(), 2u);
  EXPECT_EQ(agreement.value(Metric::MaxAbsolute), 0);
}

TEST(Agreement, poolsTheRowsOfASample) {
  // Errors of the rows of the first sample cancel each other out.
  Agreement agreement =
      compare(floats({2, 2, 2}, {1, 0, 0, 1, 1, 1, 1, 1}), floats({2, 2, 2}, {0, 1, 1, 0, 1, 1, 1, 1}));
  EXPECT_NEAR(*agreement.value(Metric::PooledCosine), 1, 1e-12);
  EXPECT_NEAR(*agreement.value(Metric::Cosine), 0.5, 1e-12);
}

TEST(Agreement, knowsWhoseNearestNeighbourStays) {
  Floats want = floats({4, 2}, {1, 0, 0.9F, 0.1F, 0, 1, 0.1F, 0.9F});
  EXPECT_EQ(compare(want, want).value(Metric::Neighbours), 1);
  Floats got = want;
  std::swap(got.values[2], got.values[3]); // the second one goes over to the others
  EXPECT_LT(*compare(got, want).value(Metric::Neighbours), 1);
  EXPECT_EQ(compare(floats({2, 1}, {1, 2}), floats({2, 1}, {1, 2})).value(Metric::Neighbours), std::nullopt);
}

TEST(Agreement, countsBestElementsThatStay) {
  Floats want = floats({1, 7}, {7, 6, 5, 4, 3, 2, 1}), got = floats({1, 7}, {7, 6, 5, 0, 3, 2, 1});
  EXPECT_NEAR(*compare(got, want).value(Metric::Top5), 0.8, 1e-12);
  // Of equal elements the first is the greatest.
  EXPECT_EQ(compare(floats({1, 2}, {2, 2}), floats({1, 2}, {2, 1})).value(Metric::Top1), 1);
}

TEST(Agreement, isNoNumberWhereRowsAreBroken) {
  Agreement broken = compare(floats({2, 1}, {kNaN, 1}), floats({2, 1}, {1, 1}));
  EXPECT_EQ(broken.brokenRows(), 1u);
  EXPECT_TRUE(std::isnan(*broken.value(Metric::Cosine)));
  EXPECT_TRUE(std::isnan(*worstOf({broken, compare(floats({1, 1}, {1}), floats({1, 1}, {1}))}, Metric::Cosine)));
}

TEST(Agreement, leavesOutWhatIsNotFiniteAsItIsWanted) {
  Agreement agreement = compare(floats({2, 1}, {kInf, 1}), floats({2, 1}, {kNaN, 1}));
  EXPECT_EQ(agreement.boundlessRows(), 1u);
  EXPECT_EQ(agreement.rowCount(), 1u);
  EXPECT_EQ(agreement.value(Metric::Cosine), 1);
}

TEST(Agreement, ofWholeNumbersIsAShare) {
  Numbers<int64_t> got = {LLMC_DTYPE_I64, {4}, {1, 2, 3, 4}}, want = {LLMC_DTYPE_I64, {4}, {1, 2, 3, 5}};
  Agreement agreement("y");
  agreement.add(got.view(), want.view(), {});
  EXPECT_EQ(agreement.value(Metric::Cosine), std::nullopt);
  EXPECT_EQ(agreement.equalShare(), 0.75);
}

TEST(Agreement, ofNothingIsNothing) {
  EXPECT_EQ(compare(floats({0, 3}, {}), floats({0, 3}, {})).value(Metric::Cosine), std::nullopt);
  EXPECT_EQ(compare(floats({3, 0}, {}), floats({3, 0}, {})).value(Metric::Cosine), std::nullopt);
  EXPECT_EQ(compare(floats({}, {2}), floats({}, {2})).value(Metric::Cosine), 1);
}

TEST(Agreement, theWorstIsThatOfItsDirection) {
  std::vector<Agreement> both = {compare(floats({1, 2}, {1, 0}), floats({1, 2}, {1, 1})),
                                 compare(floats({1, 2}, {1, 1}), floats({1, 2}, {1, 1}))};
  EXPECT_EQ(worstOf(both, Metric::Cosine), both[0].value(Metric::Cosine));
  EXPECT_EQ(worstOf(both, Metric::Error), both[0].value(Metric::Error));
}

} // namespace
