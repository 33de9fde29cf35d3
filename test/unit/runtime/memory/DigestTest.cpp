#include "llmc/digest.h"

#include "FakeModel.h"
#include <cstring>
#include <gtest/gtest.h>
#include <vector>

using namespace llmc::runtime;

static uint64_t digestOfText(const char *text, uint64_t seed = 0) {
  Digest digest(seed);
  digest.update(text, std::strlen(text));
  return digest.finish();
}

TEST(Digest, MatchesPublishedVectors) {
  EXPECT_EQ(digestOfText(""), 0xef46db3751d8e999u);
  EXPECT_EQ(digestOfText("a"), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(digestOfText("abc"), 0x44bc2cf5ad770999u);
  EXPECT_EQ(digestOfText("xxhash"), 0x32dd38952c4bc720u);
  EXPECT_EQ(digestOfText("xxhash", 20141025), 0xb559b98d844e0635u);
  EXPECT_EQ(digestOfText("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1u);
}

TEST(Digest, KnowsTheFakeWeights) {
  EXPECT_EQ(digestOf(llmc::test::fakeWeights, sizeof llmc::test::fakeWeights), llmc::test::fakeDigest);
}

TEST(Digest, PiecesGiveTheSameAsTheWhole) {
  std::vector<uint8_t> data(300);
  for (size_t i = 0; i < data.size(); ++i)
    data[i] = static_cast<uint8_t>(i * 37);
  for (size_t length = 0; length <= data.size(); length += 7)
    for (size_t piece : {1, 3, 31, 32, 33, 64, 100}) {
      Digest digest;
      for (size_t at = 0; at < length; at += piece)
        digest.update(data.data() + at, length - at < piece ? length - at : piece);
      EXPECT_EQ(digest.finish(), digestOf(data.data(), length)) << length << " in " << piece;
    }
}
