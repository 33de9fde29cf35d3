// Reads formulas: sums, differences, products, parentheses and the named functions. Anything that is not an operator or
// a number is a symbol, so that exporters' dim_params ("past_sequence_length + 1") read as they are.
#include "compiler/ir/DimExpr.h"
#include "llvm/ADT/StringExtras.h"

namespace llmc::ir {
namespace {

class Parser {
public:
  explicit Parser(llvm::StringRef text) : rest(text) {}

  std::optional<DimExpr> parseAll() {
    auto result = parseSum();
    return result && rest.trim().empty() ? result : std::nullopt;
  }

private:
  bool consume(llvm::StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }

  std::optional<DimExpr> parseSum() {
    auto sum = parseProduct();
    while (sum) {
      bool minus = false;
      if (!consume("+")) {
        if (!consume("-"))
          return sum;
        minus = true;
      }
      auto next = parseProduct();
      if (!next)
        return std::nullopt;
      sum = minus ? *sum - *next : *sum + *next;
    }
    return sum;
  }

  std::optional<DimExpr> parseProduct() {
    auto value = parseFactor();
    while (value) {
      bool divide = consume("//");
      if (!divide && !consume("*"))
        return value;
      auto next = parseFactor();
      if (!next)
        return std::nullopt;
      value = divide ? DimExpr::floorDiv(*value, *next) : *value * *next;
    }
    return value;
  }

  std::optional<DimExpr> parseFactor() {
    // Nesting is bounded: formulas come from files.
    if (++depth > 200)
      return std::nullopt;
    auto result = parseUnnested();
    --depth;
    return result;
  }

  std::optional<DimExpr> parseUnnested() {
    if (consume("-")) {
      auto value = parseFactor();
      return value ? std::optional<DimExpr>(DimExpr(0) - *value) : std::nullopt;
    }
    if (consume("(")) {
      auto value = parseSum();
      return value && consume(")") ? value : std::nullopt;
    }
    rest = rest.ltrim();
    llvm::StringRef word = rest.take_while([](char c) {
      return llvm::isAlnum(c) || c == '_' || c == '.' || c == ':' || c == '#' || static_cast<unsigned char>(c) >= 128;
    });
    if (word.empty())
      return std::nullopt;
    rest = rest.drop_front(word.size());
    if (llvm::isDigit(word.front())) {
      int64_t number;
      return word.getAsInteger(10, number) ? std::nullopt : std::optional<DimExpr>(number);
    }
    if (rest.starts_with("("))
      return parseFunction(word);
    // Nothing is known of what depends on data, or of an overflow: it may be negative.
    return DimExpr::symbol(word, word.starts_with("#") ? -DimExpr::kUnbounded : 0);
  }

  std::optional<DimExpr> parseFunction(llvm::StringRef name) {
    consume("(");
    auto left = parseSum();
    if (!left || !consume(","))
      return std::nullopt;
    auto right = parseSum();
    if (!right || !consume(")"))
      return std::nullopt;
    if (name == "floordiv")
      return DimExpr::floorDiv(*left, *right);
    if (name == "mod")
      return DimExpr::mod(*left, *right);
    if (name == "min" || name == "Min")
      return DimExpr::min(*left, *right);
    if (name == "max" || name == "Max")
      return DimExpr::max(*left, *right);
    if (name == "broadcast")
      return DimExpr::broadcast(*left, *right);
    return std::nullopt;
  }

  llvm::StringRef rest;
  int depth = 0;
};

} // namespace

std::optional<DimExpr> DimExpr::parse(llvm::StringRef text) { return Parser(text).parseAll(); }

} // namespace llmc::ir
