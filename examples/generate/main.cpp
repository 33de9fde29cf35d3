// Continues a prompt by the most likely token each time. Tokens are numbers, or words where a file of words is given.
#include "Decoder.h"
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <stdexcept>

static const char usage[] =
    "usage: generate MODEL.so [--words FILE] [--tokens N] [--stop TOKEN] [--no-cache] TOKEN...\n"
    "  --words FILE   one word a line; tokens are then words, else numbers\n"
    "  --tokens N     how many tokens to generate at most (default: 32)\n"
    "  --stop TOKEN   ends the text\n"
    "  --no-cache     run all tokens anew for each one, to compare\n";

struct Options {
  std::string library, stop;
  std::vector<std::string> words, prompt;
  int64_t tokens = 32;
  bool cached = true;
};

static std::vector<std::string> readLines(const std::string &path) {
  std::ifstream file(path);
  if (!file)
    throw std::runtime_error(path + ": can't be read");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

static int64_t numberOf(const std::string &text) {
  char *end = nullptr;
  long long number = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end)
    throw std::runtime_error("\"" + text + "\" is no number; try: --words FILE, if it is a word");
  return number;
}

static Options parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto value = [&] { return i + 1 < argc ? argv[++i] : throw std::runtime_error(argument + " needs a value"); };
    if (argument == "--words")
      options.words = readLines(value());
    else if (argument == "--tokens")
      options.tokens = numberOf(value());
    else if (argument == "--stop")
      options.stop = value();
    else if (argument == "--no-cache")
      options.cached = false;
    else if (options.library.empty())
      options.library = argument;
    else
      options.prompt.push_back(argument);
  }
  return options;
}

static int64_t tokenOf(const Options &options, const std::string &text) {
  if (options.words.empty())
    return numberOf(text);
  for (size_t i = 0; i < options.words.size(); ++i)
    if (options.words[i] == text)
      return static_cast<int64_t>(i);
  throw std::runtime_error("\"" + text + "\" is none of the words");
}

static std::string textOf(const Options &options, int64_t token) {
  return options.words.empty() ? std::to_string(token) : options.words.at(token);
}

static void generate(const Options &options) {
  std::vector<int64_t> all;
  for (const std::string &text : options.prompt)
    all.push_back(tokenOf(options, text));
  std::optional<int64_t> stop;
  if (!options.stop.empty())
    stop = tokenOf(options, options.stop);
  // The last token is only printed.
  Decoder decoder(options.library, static_cast<int64_t>(all.size()) + options.tokens - 1);
  std::vector<int64_t> fresh = all;
  auto start = std::chrono::steady_clock::now();
  int64_t count = 0;
  for (bool stopped = false; count < options.tokens && !stopped; ++count) {
    if (!options.cached)
      decoder.forget();
    int64_t token = decoder.append(options.cached ? fresh : all);
    fresh = {token};
    all.push_back(token);
    stopped = token == stop;
    std::printf("%s%s", count ? " " : "", textOf(options, token).c_str());
    std::fflush(stdout);
  }
  std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
  std::printf("\n");
  std::fflush(stdout);
  std::fprintf(stderr, "%lld tokens, %.3f ms for each\n", static_cast<long long>(count), elapsed.count() / count);
}

int main(int argc, char **argv) {
  try {
    Options options = parse(argc, argv);
    if (options.prompt.empty() || options.tokens < 1)
      return std::fputs(usage, stderr), 2;
    generate(options);
  } catch (const std::exception &error) {
    std::fprintf(stderr, "generate: %s\n", error.what());
    return 1;
  }
}
