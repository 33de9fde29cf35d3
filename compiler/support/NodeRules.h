// Rules for nodes by their names: where a pattern matches, as a shell has them, this is wanted. The last rule that
// matches counts.
#ifndef LLMC_COMPILER_SUPPORT_NODERULES_H
#define LLMC_COMPILER_SUPPORT_NODERULES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/GlobPattern.h"
#include <string>
#include <vector>

namespace llmc {

/// The pattern that matches this name alone.
inline std::string patternFor(llvm::StringRef name) {
  std::string pattern;
  for (char c : name) {
    if (llvm::StringRef("\\*?[]{}").contains(c))
      pattern += '\\';
    pattern += c;
  }
  return pattern;
}

template <typename Wanted> class NodeRules {
public:
  /// Adds a rule, which messages call `text`. Fails where nobody can tell what the pattern means.
  llvm::Error add(llvm::StringRef text, llvm::StringRef pattern, Wanted wanted) {
    if (auto glob = globOf(pattern); !glob)
      return glob.takeError();
    rules.push_back({text.str(), pattern.str(), std::move(wanted)});
    return llvm::Error::success();
  }

  /// What the last rule wants that matches one of the names, or "" where there are none; null where no rule does.
  const Wanted *find(llvm::ArrayRef<std::string> names) {
    for (Rule &rule : rules)
      rule.hasMatched |= rule.matches(names);
    return peek(names);
  }

  /// The same, but those that match are not used by that.
  const Wanted *peek(llvm::ArrayRef<std::string> names) const {
    const Rule *rule = lastFor(names);
    return rule ? &rule->wanted : nullptr;
  }

  /// The text of that rule; empty where there is none.
  llvm::StringRef textFor(llvm::ArrayRef<std::string> names) const {
    const Rule *rule = lastFor(names);
    return rule ? llvm::StringRef(rule->text) : "";
  }

  /// The texts of the rules that have never matched.
  std::vector<std::string> unused() const {
    std::vector<std::string> texts;
    for (const Rule &rule : rules)
      if (!rule.hasMatched)
        texts.push_back(rule.text);
    return texts;
  }

  bool empty() const { return rules.empty(); }

private:
  struct Rule {
    std::string text, pattern;
    Wanted wanted;
    bool hasMatched = false;

    bool matches(llvm::ArrayRef<std::string> names) const {
      llvm::GlobPattern glob = llvm::cantFail(globOf(pattern));
      return names.empty() ? glob.match("")
                           : llvm::any_of(names, [&](const std::string &name) { return glob.match(name); });
    }
  };

  /// It refers to the text, which has to stay where it is.
  static llvm::Expected<llvm::GlobPattern> globOf(llvm::StringRef pattern) {
    return llvm::GlobPattern::create(pattern, /*MaxSubPatterns=*/1024);
  }

  const Rule *lastFor(llvm::ArrayRef<std::string> names) const {
    const Rule *last = nullptr;
    for (const Rule &rule : rules)
      last = rule.matches(names) ? &rule : last;
    return last;
  }

  std::vector<Rule> rules;
};

} // namespace llmc

#endif
