// What comes out of a run on data, however much of it is asked at once.
#include "compiler/calibration/Calibrate.h"
#include "llmc/dtype.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>

using namespace llmc;

namespace {

/// Two products of small whole numbers: sums in f32 are exact.
constexpr llvm::StringLiteral kModel = R"(
llmc.weight @first : tensor<8x6xf32> {
  %0 = llmc.constant dense<1.0> : tensor<8x6xf32>
  llmc.yield %0 : tensor<8x6xf32>
}
llmc.weight @second : tensor<6x3xf32> {
  %0 = llmc.constant dense<1.0> : tensor<6x3xf32>
  llmc.yield %0 : tensor<6x3xf32>
}
func.func @main(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"], llmc.name = "x"}) -> (tensor<?x3xf32> {llmc.name = "y"}) {
  %a = llmc.get_weight @first : tensor<8x6xf32>
  %0 = llmc.matmul %x, %a : tensor<?x8xf32>, tensor<8x6xf32> -> tensor<?x6xf32> loc("first")
  %b = llmc.get_weight @second : tensor<6x3xf32>
  %1 = llmc.matmul %0, %b : tensor<?x6xf32>, tensor<6x3xf32> -> tensor<?x3xf32> loc("second")
  return %1 : tensor<?x3xf32>
}
)";

using Values = std::map<std::pair<ir::Measure, std::string>, std::vector<float>>;

class CalibrateTest : public ::testing::Test {
protected:
  CalibrateTest() {
    llvm::sys::fs::createTemporaryFile("llmc-calibrate", "mlir", path);
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << kModel;
    for (size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = static_cast<float>(i * 7 % 5) - 2;
    options.quantization = {"int4"};
  }
  ~CalibrateTest() override { llvm::sys::fs::remove(path); }

  /// By measure and weight.
  Values measure(int64_t mostBytes = calibration::kMostMeasuredBytes) {
    auto load = [&](const pipeline::CompileOptions &each) { return pipeline::Compilation::load(path, each); };
    execution::GivenInput input = {
        "x", {sizeof(llmc_tensor), LLMC_DTYPE_F32, 2, sizes, numbers.data(), numbers.size() * sizeof(float), 0}};
    auto measured = calibration::calibrate(load, options, input, mostBytes);
    Values all;
    if (!measured) {
      ADD_FAILURE() << llvm::toString(measured.takeError());
      return all;
    }
    EXPECT_EQ(measured->size(), 1u);
    for (const ir::Measurement &each : measured->front().list) {
      std::vector<float> &values = all[{each.measure, each.weights.front()}];
      values.resize(mlir::ShapedType::getNumElements(ir::shapeOf(each.measure, each.size)));
      llvm::MutableArrayRef<char> bytes(reinterpret_cast<char *>(values.data()), values.size() * sizeof(float));
      llvm::cantFail(measured->front().file->read(each.offset, bytes));
    }
    return all;
  }

  llvm::SmallString<128> path;
  int64_t sizes[2] = {300, 8}; // two pieces
  std::vector<float> numbers = std::vector<float>(300 * 8);
  pipeline::CompileOptions options;
};

TEST_F(CalibrateTest, momentsAreThoseOfAllRows) {
  options.quantization.clear();
  options.pruning = {"weights=0.5"};
  auto moments = measure();
  ASSERT_EQ(moments.size(), 2u);
  std::vector<float> first(64), second(36);
  for (size_t row = 0; row < 300; ++row) {
    float sum = 0;
    for (size_t i = 0; i < 8; ++i) {
      sum += numbers[row * 8 + i];
      for (size_t j = 0; j < 8; ++j)
        first[i * 8 + j] += numbers[row * 8 + i] * numbers[row * 8 + j];
    }
    for (float &moment : second) // all columns of the first weight are ones
      moment += sum * sum;
  }
  EXPECT_EQ((moments[{ir::Measure::Moments, "first"}]), first);
  EXPECT_EQ((moments[{ir::Measure::Moments, "second"}]), second);
}

TEST_F(CalibrateTest, aBoundOfMemoryTakesSeveralRunsAndChangesNothing) {
  Values all = measure();
  EXPECT_EQ(all.size(), 2u);
  EXPECT_EQ(measure(/*mostBytes=*/10 * 8 * sizeof(float)), all);
}

TEST_F(CalibrateTest, weightsWhoseMomentsTakeMoreThanAllHaveNone) {
  auto measured = measure(/*mostBytes=*/8 * 6 * sizeof(float));
  EXPECT_EQ(measured.size(), 1u);
  EXPECT_TRUE(measured.count({ir::Measure::Covariances, "second"}));
}

TEST_F(CalibrateTest, extentsAndCovariancesAreThoseOfAllRows) {
  options.quantization = {"first=int8-static"};
  numbers[8 * 17 + 5] = -9;  // in the first piece
  numbers[8 * 290 + 3] = 11; // in the last one
  for (size_t row = 0; row < 300; ++row)
    numbers[row * 8 + 2] += 4096; // far from zero, where squares have no bits left for what differs
  auto measured = measure();
  ASSERT_EQ(measured.size(), 2u);
  const std::vector<float> &extents = measured[{ir::Measure::Extents, "first"}],
                           &together = measured[{ir::Measure::Covariances, "first"}];
  ASSERT_EQ(extents.size(), 5 * 8u);
  ASSERT_EQ(together.size(), 10 * 8u);
  auto column = [&](size_t i) {
    std::vector<double> elements;
    for (size_t row = 0; row < 300; ++row)
      elements.push_back(numbers[row * 8 + i]);
    return elements;
  };
  auto covariance = [](const std::vector<double> &a, const std::vector<double> &b) {
    double meanA = std::accumulate(a.begin(), a.end(), 0.0) / 300,
           meanB = std::accumulate(b.begin(), b.end(), 0.0) / 300;
    double sum = 0;
    for (size_t row = 0; row < 300; ++row)
      sum += (a[row] - meanA) * (b[row] - meanB);
    return sum;
  };
  for (size_t i = 0; i < 8; ++i) {
    std::vector<double> elements = column(i);
    double mean = std::accumulate(elements.begin(), elements.end(), 0.0) / 300;
    auto at = [&](ir::ExtentRow part) { return extents[part * 8 + i]; };
    EXPECT_EQ(at(ir::kLeast), *std::min_element(elements.begin(), elements.end()));
    EXPECT_EQ(at(ir::kGreatest), *std::max_element(elements.begin(), elements.end()));
    EXPECT_EQ(at(ir::kCount), 300);
    EXPECT_NEAR(at(ir::kMean), mean, 1e-3);
    EXPECT_NEAR(at(ir::kDeviation), covariance(elements, elements), 0.1);
    EXPECT_EQ(together[ir::kCovarianceCount * 8 + i], 300);
    EXPECT_NEAR(together[ir::kCovarianceMean * 8 + i], mean, 1e-3);
    for (size_t j = 0; j < 8; ++j)
      EXPECT_NEAR(together[(ir::kCovariances + i) * 8 + j], covariance(elements, column(j)), 0.1) << i << " " << j;
  }
  EXPECT_EQ(measure(/*mostBytes=*/8 * 10 * sizeof(float)), measured);
}

} // namespace
