#include "tools/llmc/tensors/CompareTensors.h"

#include "Samples.h"
#include <cmath>
#include <limits>

using namespace llmc;
using namespace llmc::tools;

static HostTensor tensorOf(uint32_t dtype, std::vector<double> values) {
  HostTensor tensor = llvm::cantFail(HostTensor::create(dtype, {static_cast<int64_t>(values.size())}));
  for (size_t i = 0; i < values.size(); ++i)
    storeElement(dtype, values[i], &tensor.bytes[i * findElementType(dtype)->bytes()]);
  return tensor;
}

static Comparison compare(std::vector<double> got, std::vector<double> want, Tolerance tolerance) {
  return llvm::cantFail(compareTensors(tensorOf(LLMC_DTYPE_F64, got), tensorOf(LLMC_DTYPE_F64, want), tolerance));
}

static const double notANumber = std::numeric_limits<double>::quiet_NaN();
static const double infinity = std::numeric_limits<double>::infinity();

TEST(CompareTensors, TakesAbsoluteAndRelativeTogether) {
  EXPECT_TRUE(compare({1, 2}, {1, 2}, {}).within());
  EXPECT_TRUE(compare({10.5}, {10}, {0.25, 0.025}).within());
  Comparison found = compare({1, 10.75, 3}, {1, 10, 3}, {0.25, 0.025});
  EXPECT_EQ(found.mismatches, 1u);
  EXPECT_EQ(found.worst, 1u);
  EXPECT_EQ(found.got, 10.75);
  EXPECT_EQ(found.maxAbsolute, 0.75);
  EXPECT_EQ(found.maxRelative, 0.075);
  EXPECT_EQ(found.text().substr(0, 46), "1 of 3 differ, worst at 1: 10.75 instead of 10");
}

TEST(CompareTensors, KnowsNanAndInfinity) {
  EXPECT_TRUE(compare({notANumber, infinity, -infinity}, {notANumber, infinity, -infinity}, {}).within());
  for (double got : {notANumber, infinity, 1.0})
    for (double want : {notANumber, -infinity, 2.0}) {
      Comparison found = compare({0, got}, {0, want}, {0.5, 0});
      EXPECT_EQ(found.within(), std::isnan(got) && std::isnan(want)) << got << " " << want;
      EXPECT_EQ(found.worst, found.within() ? 0u : 1u);
    }
  EXPECT_EQ(compare({infinity, notANumber}, {1, 1}, {1e300, 1}).nonFinite, 2u);
}

TEST(CompareTensors, CountsWhatIsNotFinite) {
  Comparison found = compare({notANumber, infinity, 1, 2}, {notANumber, notANumber, 1, -infinity}, {});
  EXPECT_EQ(found.specialsText(), "of 4 values 1 NaN and 1 infinite, wanted 2 NaN and 1 infinite");
  EXPECT_EQ(found.maxAbsolute, 0) << "of the finite pair";
  EXPECT_EQ(compare({1, 2}, {1, 2}, {}).specialsText(), "");
  EXPECT_EQ(compare({1, 2}, {1, notANumber}, {}).specialsText(), "of 2 values no NaN, wanted 1 NaN");
}

TEST(CompareTensors, SaysNothingOfValuesThatCannotBeCompared) {
  for (double got : {notANumber, 1.0}) {
    Comparison found = compare({got, got}, {notANumber, notANumber}, {});
    EXPECT_TRUE(std::isnan(found.maxAbsolute) && std::isnan(found.maxRelative) && std::isnan(found.cosine)) << got;
    EXPECT_EQ(found.within(), std::isnan(got));
  }
  EXPECT_EQ(compare({}, {}, {}).cosine, 1);
}

TEST(CompareTensors, Cosine) {
  EXPECT_DOUBLE_EQ(compare({1, 0}, {0, 1}, {}).cosine, 0);
  EXPECT_DOUBLE_EQ(compare({2, 2}, {1, 1}, {}).cosine, 1);
  EXPECT_DOUBLE_EQ(compare({0, 0}, {0, 0}, {}).cosine, 1);
  EXPECT_DOUBLE_EQ(compare({0, 0}, {1, 0}, {}).cosine, 0);
}

TEST(CompareTensors, TellsLargeIntegersApart) {
  HostTensor got = tensorOf(LLMC_DTYPE_I64, {0}), want = got;
  int64_t large = (int64_t{1} << 60) + 1;
  std::memcpy(want.bytes.data(), &large, 8);
  --large;
  std::memcpy(got.bytes.data(), &large, 8);
  Comparison found = llvm::cantFail(compareTensors(got, want, {}));
  EXPECT_EQ(found.mismatches, 1u);
  EXPECT_EQ(found.maxAbsolute, 1);
}

TEST(CompareTensors, ComparesValuesAcrossTypes) {
  EXPECT_TRUE(llvm::cantFail(compareTensors(tensorOf(LLMC_DTYPE_BF16, {1, -2}), tensorOf(LLMC_DTYPE_F32, {1, -2}), {}))
                  .within());
  EXPECT_EQ(errorOf(compareTensors(tensorOf(LLMC_DTYPE_F32, {1}), tensorOf(LLMC_DTYPE_F32, {1, 2}), {})),
            "got f32[1], expected f32[2]");
  EXPECT_TRUE(llvm::cantFail(compareTensors(tensorOf(LLMC_DTYPE_F32, {}), tensorOf(LLMC_DTYPE_F32, {}), {})).within());
}
