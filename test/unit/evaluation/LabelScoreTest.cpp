// Accuracy and perplexity of logits that are known.
#include "compiler/evaluation/LabelScore.h"
#include "llmc/dtype.h"
#include <gtest/gtest.h>

using namespace llmc::evaluation;

namespace {

class LabelScoreTest : public ::testing::Test {
protected:
  llmc_tensor logitsView() {
    return {sizeof(llmc_tensor), LLMC_DTYPE_F32, 3, logitDims, logits.data(), logits.size() * sizeof(float), 0};
  }
  llmc_tensor labelsView() {
    return {sizeof(llmc_tensor), LLMC_DTYPE_I64, 2, labelDims, labels.data(), labels.size() * sizeof(int64_t), 0};
  }

  int64_t logitDims[3] = {1, 3, 2}, labelDims[2] = {1, 3};
  std::vector<float> logits = {0, 0, 5, 0, 0, 5};
  std::vector<int64_t> labels = {1, 0, 1};
};

TEST_F(LabelScoreTest, ofEachRow) {
  LabelScore score(/*next=*/false);
  ASSERT_TRUE(LabelScore::fits(logitsView(), labelsView()));
  EXPECT_FALSE(bool(score.add(logitsView(), labelsView(), {})));
  EXPECT_EQ(score.count(), 3u);
  EXPECT_NEAR(score.accuracy(), 2.0 / 3, 1e-12); // of two equal ones the first is taken
  double sure = std::log1p(std::exp(-5.0));
  EXPECT_NEAR(score.perplexity(), std::exp((std::log(2.0) + 2 * sure) / 3), 1e-9);
}

TEST_F(LabelScoreTest, ofWhatComesNext) {
  labels = {0, 0, 0};
  LabelScore score(/*next=*/true);
  EXPECT_FALSE(bool(score.add(logitsView(), labelsView(), {})));
  EXPECT_EQ(score.count(), 2u); // nothing comes behind the last one
  EXPECT_EQ(score.accuracy(), 1);
}

TEST_F(LabelScoreTest, leavesOutWhatDoesNotCount) {
  labels[0] = -100;
  LabelScore score(/*next=*/false), next(/*next=*/true);
  EXPECT_FALSE(bool(score.add(logitsView(), labelsView(), {true, true, false})));
  EXPECT_EQ(score.count(), 1u);
  EXPECT_FALSE(bool(next.add(logitsView(), labelsView(), {true, true, false}))); // neither does a label that is padding
  EXPECT_EQ(next.count(), 1u);
}

TEST_F(LabelScoreTest, refusesLabelsBeyondTheRow) {
  labels[2] = 2;
  LabelScore score(/*next=*/false);
  EXPECT_EQ(llvm::toString(score.add(logitsView(), labelsView(), {})),
            "the label 2 is beyond the 2 elements of a row; try: labels that are places in a row, or below 0 where "
            "there is none");
}

TEST_F(LabelScoreTest, fitsRowsOfTheSameSizes) {
  labelDims[1] = 2;
  EXPECT_FALSE(LabelScore::fits(logitsView(), labelsView()));
}

} // namespace
