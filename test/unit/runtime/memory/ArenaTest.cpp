#include "memory/Arena.h"

#include "Fixture.h"

using namespace llmc::runtime;
using llmc::test::CountingAllocator;

TEST(Arena, KeepsTheLargestAndTrims) {
  CountingAllocator counting;
  {
    Arena arena{Allocator(counting.hook())};
    ASSERT_TRUE(arena.reserve(1000));
    EXPECT_EQ(arena.capacity(), 1000u);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(arena.data()) % 64, 0u);
    uint8_t *before = arena.data();
    ASSERT_TRUE(arena.reserve(10));
    EXPECT_EQ(arena.data(), before);
    EXPECT_EQ(counting.calls, 1);
    arena.trim();
    EXPECT_EQ(counting.held, 0);
    EXPECT_EQ(arena.data(), nullptr);
    ASSERT_TRUE(arena.reserve(10));
    EXPECT_EQ(arena.capacity(), 10u);
  }
  EXPECT_EQ(counting.held, 0);
}

TEST(Arena, GrowingByLittleCostsFewAllocations) {
  CountingAllocator counting;
  Arena arena{Allocator(counting.hook())};
  for (uint64_t bytes = 1000; bytes < 10000; ++bytes)
    ASSERT_TRUE(arena.reserve(bytes));
  EXPECT_LT(counting.calls, 30);
}

TEST(Arena, AsksForLessWhenTheReserveIsRefused) {
  CountingAllocator counting;
  Arena arena{Allocator(counting.hook())};
  ASSERT_TRUE(arena.reserve(1000));
  counting.failAt = 2; // 1125 bytes
  ASSERT_TRUE(arena.reserve(1001));
  EXPECT_EQ(arena.capacity(), 1001u);
  counting.failAt = 4;
  EXPECT_FALSE(arena.reserve(5000));
  EXPECT_EQ(arena.capacity(), 0u);
  EXPECT_TRUE(arena.reserve(5000));
}
