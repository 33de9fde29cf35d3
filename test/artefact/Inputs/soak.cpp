// Many threads on one model, for as long as asked: every result must have the bits of the first one, memory must not
// grow, a forked child must get the same, and after dlclose nothing may be left. Usage: soak LIBRARY THREADS SECONDS
#include "llmc/llmc.h"
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

[[noreturn]] void fail(const std::string &what) {
  std::fprintf(stderr, "soak: %s\n", what.c_str());
  std::_Exit(1);
}

template <typename Struct> Struct sized() {
  Struct value = {};
  value.size = sizeof(Struct);
  return value;
}

const llmc_api *api;

void expectOk(llmc_status status, const llmc_context *context, const char *where) {
  if (status != LLMC_OK)
    fail(std::string(where) + ": " + (context ? api->context_message(context) : api->status_text(status)));
}

size_t bytesOf(uint32_t dtype) {
  switch (dtype) {
  case LLMC_DTYPE_I64:
  case LLMC_DTYPE_F64:
    return 8;
  case LLMC_DTYPE_F32:
  case LLMC_DTYPE_I32:
    return 4;
  default:
    return 2;
  }
}

/// Inputs for one choice of the symbols, and what the model gave for them at first.
struct Case {
  std::vector<std::vector<int64_t>> dims;
  std::vector<std::vector<uint8_t>> data;
  std::vector<std::vector<uint8_t>> expected;
};

struct Model {
  void *library;
  llmc_model *model = nullptr;
  uint32_t inputs, outputs;

  explicit Model(const char *path) : library(dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (!library)
      fail(dlerror());
    auto getApi = reinterpret_cast<const llmc_api *(*)(uint32_t)>(dlsym(library, "llmc_get_api"));
    api = getApi(LLMC_API_VERSION);
    expectOk(api->model_open(nullptr, &model), nullptr, "open");
    auto info = sized<llmc_model_info>();
    api->model_describe(model, &info);
    inputs = info.input_count;
    outputs = info.output_count;
  }
  ~Model() {
    api->model_close(model);
    dlclose(library);
  }

  llmc_context *context(uint32_t threads) const {
    auto options = sized<llmc_context_options>();
    options.threads = threads;
    llmc_context *result = nullptr;
    expectOk(api->context_create(model, &options, &result), nullptr, "create");
    return result;
  }
};

/// Sizes and small whole numbers: masks of 0 and 1, tokens that every vocabulary has.
Case makeCase(const Model &model, unsigned seed) {
  std::mt19937 random(seed);
  std::map<std::string, int64_t> symbols;
  Case made;
  for (uint32_t i = 0; i < model.inputs; ++i) {
    auto info = sized<llmc_tensor_info>();
    api->model_input(model.model, i, &info);
    std::vector<int64_t> dims(info.dims, info.dims + info.rank);
    size_t bytes = bytesOf(info.dtype);
    for (uint32_t axis = 0; axis < info.rank; ++axis) {
      if (dims[axis] < 0)
        dims[axis] = symbols.emplace(info.dim_texts[axis], 1 + random() % (axis == 0 ? 3 : 24)).first->second;
      bytes *= static_cast<size_t>(dims[axis]);
    }
    std::vector<uint8_t> data(bytes);
    for (size_t at = 0; at < bytes; at += bytesOf(info.dtype))
      data[at] = info.dtype == LLMC_DTYPE_I64 ? random() % 2 : 0;
    made.dims.push_back(dims);
    made.data.push_back(data);
  }
  return made;
}

/// Runs, and gives the bytes of all outputs.
std::vector<std::vector<uint8_t>> run(const Model &model, llmc_context *context, Case &work) {
  for (uint32_t i = 0; i < model.inputs; ++i) {
    auto info = sized<llmc_tensor_info>();
    api->model_input(model.model, i, &info);
    llmc_tensor tensor = {sizeof(tensor),      info.dtype,          info.rank,
                          work.dims[i].data(), work.data[i].data(), work.data[i].size()};
    expectOk(api->context_bind_input(context, i, &tensor), context, "bind");
  }
  expectOk(api->context_run(context, nullptr), context, "run");
  std::vector<std::vector<uint8_t>> results;
  for (uint32_t i = 0; i < model.outputs; ++i) {
    auto tensor = sized<llmc_tensor>();
    expectOk(api->context_output(context, i, &tensor), context, "output");
    size_t bytes = bytesOf(tensor.dtype);
    for (uint32_t axis = 0; axis < tensor.rank; ++axis)
      bytes *= static_cast<size_t>(tensor.dims[axis]);
    auto *data = static_cast<const uint8_t *>(tensor.data);
    results.emplace_back(data, data + bytes);
  }
  return results;
}

long residentKilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmRSS:", 0) == 0)
      return std::atol(line.c_str() + 6);
  return 0;
}

int mappingsOf(const std::string &end) {
  std::ifstream maps("/proc/self/maps");
  int count = 0;
  for (std::string line; std::getline(maps, line);)
    count += line.size() >= end.size() && line.compare(line.size() - end.size(), end.size(), end) == 0;
  return count;
}

void expectFlat(long before, const char *when) {
  long growth = residentKilobytes() - before;
  std::printf("%s: memory grew by %ld KB\n", when, growth);
  if (growth > 8192)
    fail(std::string(when) + ": memory grows");
}

void manyThreads(const Model &model, std::vector<Case> &cases, unsigned threads, double seconds) {
  using Clock = std::chrono::steady_clock;
  std::atomic<uint64_t> runs{0};
  std::atomic<unsigned> warm{0};
  std::atomic<long> before{0};
  std::vector<std::thread> users;
  for (unsigned user = 0; user < threads; ++user)
    users.emplace_back([&, user] {
      llmc_context *context = model.context(1 + user % 2);
      auto check = [&](Case &work) {
        if (run(model, context, work) != work.expected)
          fail("thread " + std::to_string(user) + " got other bits");
        ++runs;
      };
      for (Case &work : cases)
        check(work);
      if (++warm == threads)
        before = residentKilobytes();
      while (warm < threads) // so that all contexts are there, with all their memory
        std::this_thread::yield();
      auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
      for (size_t i = user; Clock::now() < end; ++i)
        check(cases[i % cases.size()]);
      if (user == 0 && mappingsOf(".weights") > 1)
        fail("the weights are mapped more than once");
      api->context_destroy(context);
    });
  for (std::thread &user : users)
    user.join();
  std::printf("%u threads: %llu runs, all with the same bits\n", threads, static_cast<unsigned long long>(runs.load()));
  expectFlat(before, "many threads");
}

void changingShapes(const Model &model, std::vector<Case> &cases) {
  llmc_context *context = model.context(2);
  long before = 0;
  for (int i = 0; i < 10000; ++i) {
    if (i == 200)
      before = residentKilobytes();
    Case &work = cases[static_cast<size_t>(i) % cases.size()];
    if (run(model, context, work) != work.expected)
      fail("run " + std::to_string(i) + " got other bits");
  }
  expectFlat(before, "10000 runs with changing shapes");
  api->context_destroy(context);
}

void forkedChild(const Model &model, Case &work) {
  llmc_context *context = model.context(2);
  run(model, context, work);
  pid_t child = fork();
  if (child == 0) {
    bool same = run(model, context, work) == work.expected;
    llmc_context *own = model.context(1);
    same &= run(model, own, work) == work.expected;
    _exit(same ? 0 : 1);
  }
  int status = -1;
  if (waitpid(child, &status, 0) != child || status != 0)
    fail("a forked child got other results");
  if (run(model, context, work) != work.expected)
    fail("the parent got other results after fork");
  api->context_destroy(context);
}

void openAndClose(const char *path) {
  long before = 0;
  for (int i = 0; i < 200; ++i) {
    if (i == 20)
      before = residentKilobytes();
    Model model(path);
    Case work = makeCase(model, 1);
    llmc_context *context = model.context(2);
    run(model, context, work);
    api->context_destroy(context);
  }
  std::string name = std::string(path).substr(std::string(path).rfind('/'));
  if (mappingsOf(name) || mappingsOf(".weights"))
    fail("something is left after dlclose");
  expectFlat(before, "200 times opened and closed");
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4)
    fail("usage: soak LIBRARY THREADS SECONDS");
  {
    Model model(argv[1]);
    std::vector<Case> cases;
    llmc_context *context = model.context(1);
    for (unsigned seed = 0; seed < 6; ++seed) {
      cases.push_back(makeCase(model, seed));
      cases.back().expected = run(model, context, cases.back());
    }
    api->context_destroy(context);
    forkedChild(model, cases[0]);
    manyThreads(model, cases, static_cast<unsigned>(std::atoi(argv[2])), std::atof(argv[3]));
    changingShapes(model, cases);
  }
  openAndClose(argv[1]);
}
