// A decision a line; the kernel stands in the first line of its decisions.
#include "tools/llmc/inspect/PrintDecisions.h"
#include "tools/llmc/TextTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::tools {

static std::string keyOf(const KernelReport &kernel) {
  std::string key = (kernel.function.empty() ? kernel.anchor + llvm::join(kernel.operations, " ") : kernel.function);
  for (const ir::Explanation &decision : kernel.decisions)
    key += '\n' + decision.what + '\n' + decision.why;
  return key;
}

void printDecisions(llvm::ArrayRef<KernelReport> kernels, llvm::raw_ostream &out) {
  llvm::StringMap<size_t> groups;
  std::vector<std::vector<size_t>> alike; // in the order of their first ones
  for (auto [number, kernel] : llvm::enumerate(kernels)) {
    size_t group = groups.try_emplace(keyOf(kernel), alike.size()).first->second;
    if (group == alike.size())
      alike.emplace_back();
    alike[group].push_back(number);
  }
  out << "\ndecisions (kernels about which the same was decided are one line):\n";
  TextTable table({"#", "times", "kernel", "decision", "why", "nodes"});
  for (const std::vector<size_t> &numbers : alike) {
    const KernelReport &kernel = kernels[numbers.front()];
    std::vector<std::string> first = {std::to_string(numbers.front()), std::to_string(numbers.size()),
                                      kernel.function.empty() ? kernel.anchor : kernel.function};
    std::string nodes = llvm::join(kernel.nodes, ", ") + (numbers.size() > 1 ? "; ..." : "");
    for (const ir::Explanation &decision : kernel.decisions) {
      table.add({first[0], first[1], first[2], decision.what, decision.why, nodes});
      first = {"", "", ""};
      nodes.clear();
    }
  }
  table.print(out);
}

} // namespace llmc::tools
