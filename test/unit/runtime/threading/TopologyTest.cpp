#include "threading/Topology.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

using namespace llmc::runtime;
namespace fs = std::filesystem;

namespace {

class Quota : public testing::Test {
protected:
  fs::path root = fs::path(testing::TempDir()) / ("llmc-cgroup-" + std::to_string(getpid()));
  void SetUp() override { fs::create_directories(root); }
  void TearDown() override { fs::remove_all(root); }
  void write(const std::string &file, const std::string &text) {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text;
  }
  uint32_t cpus(const std::string &membership) {
    write("self", membership);
    return cpusByQuota((root / "self").c_str(), root.c_str());
  }
};

constexpr uint32_t noLimit = UINT32_MAX;

} // namespace

TEST_F(Quota, Version2) {
  write("cpu.max", "max 100000\n");
  EXPECT_EQ(cpus("0::/\n"), noLimit);
  write("a/b/cpu.max", "250000 100000\n");
  EXPECT_EQ(cpus("0::/a/b\n"), 3u);
  write("a/cpu.max", "150000 100000\n"); // a parent's limit holds too
  EXPECT_EQ(cpus("0::/a/b\n"), 2u);
  write("a/cpu.max", "1000 100000\n");
  EXPECT_EQ(cpus("0::/a/b\n"), 1u);
}

TEST_F(Quota, Version1) {
  write("cpu,cpuacct/job/cpu.cfs_quota_us", "400000\n");
  write("cpu,cpuacct/job/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(cpus("5:memory:/job\n4:cpu,cpuacct:/job\n"), 4u);
  EXPECT_EQ(cpus("4:cpuset:/job\n"), noLimit);
  write("cpu,cpuacct/job/cpu.cfs_quota_us", "-1\n");
  EXPECT_EQ(cpus("4:cpu,cpuacct:/job\n"), noLimit);
}

TEST_F(Quota, PathOfTheHostInsideAContainer) {
  write("cpu.max", "200000 100000\n");
  EXPECT_EQ(cpus("0::/docker/0123456789/not/here\n"), 2u);
}

TEST_F(Quota, Hybrid) {
  write("unified/cpu.max", "max 100000");
  write("cpu/cpu.cfs_quota_us", "100000");
  write("cpu/cpu.cfs_period_us", "100000");
  EXPECT_EQ(cpus("1:cpu:/\n0::/\n"), 1u);
}

TEST_F(Quota, NonsenseIsNoLimit) {
  write("cpu.max", "lots\n");
  EXPECT_EQ(cpus("0::/\n"), noLimit);
  write("cpu.max", "0 0\n");
  EXPECT_EQ(cpus("0::/\n"), noLimit);
  write("cpu.max", "99999999999999999999 100000\n");
  EXPECT_EQ(cpus("0::/\n"), noLimit);
  write("cpu.max", "100000 -\n");
  EXPECT_EQ(cpus("0::/\n"), noLimit);
  EXPECT_EQ(cpus(""), noLimit);
  EXPECT_EQ(cpus("::::\n:\n0\n\n0:"), noLimit);
  EXPECT_EQ(cpus("0::/" + std::string(5000, 'x') + "\n"), noLimit);
  EXPECT_EQ(cpusByQuota("/nowhere", "/nowhere"), noLimit);
}

TEST(Topology, SomeCpuIsUsable) {
  EXPECT_GE(usableCpus(), 1u);
  EXPECT_LE(usableCpus(), static_cast<uint32_t>(sysconf(_SC_NPROCESSORS_CONF)));
}
