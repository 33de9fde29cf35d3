// llmc evaluate: tells what quantization and pruning cost, on data.
#include "compiler/support/UsageError.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/evaluate/Evaluation.h"
#include "tools/llmc/evaluate/PrintEvaluation.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("evaluate", "tell on data how far a compiled model is from the one that it was made of; exit "
                                   "code 4 when it is too far");
cl::opt<std::string> input(cl::Positional, cl::desc("DIR|MODEL.onnx"), cl::Optional, cl::sub(options));
cl::opt<std::string> against("against", cl::desc("the model of floats, or another compiled model"),
                             cl::value_desc("MODEL.onnx|DIR"), cl::sub(options));
cl::opt<std::string> data("data",
                          cl::desc("values for all inputs, many samples along the first axis: an .npz whose names are "
                                   "those of the model, or a folder with input_0.pb ..."),
                          cl::value_desc("FILE.npz|DIR"), cl::sub(options));
cl::opt<std::string> mask("mask",
                          cl::desc("an input, attention_mask for instance: positions of outputs where it is 0 don't "
                                   "count"),
                          cl::value_desc("INPUT"), cl::sub(options));
cl::opt<std::string> labels("labels",
                            cl::desc("whole numbers in the data, one for each row of an output: which of its elements "
                                     "should be the greatest, below 0 where none; tells accuracy and perplexity"),
                            cl::value_desc("NAME"), cl::sub(options));
cl::opt<std::string>
    next("next",
         cl::desc("the input with the tokens of a language model: tells accuracy and perplexity of the "
                  "token that comes next"),
         cl::value_desc("INPUT"), cl::sub(options));
cl::opt<std::string> budget("budget", cl::desc("a bound, cosine>=0.995 or top1>=99%: exit code 4 where it is not kept"),
                            cl::value_desc("METRIC=VALUE"), cl::sub(options));
cl::opt<bool> json("json", cl::desc("print one JSON object"), cl::sub(options));
cl::opt<unsigned> threads("threads", cl::desc("threads; 0 means all that the process may use"), cl::init(0),
                          cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));

/// The bound that was asked for; nothing where none was.
llvm::Expected<std::optional<evaluation::Budget>> readBudget() {
  if (budget.empty())
    return std::nullopt;
  auto read = evaluation::Budget::parse(budget);
  if (!read)
    return read.takeError();
  return *read;
}

llvm::Error missing(const char *option, const char *what) {
  return usageError(llvm::Twine("no ") + option + " is given; try: " + what);
}

int run() {
  // Copies: linking the model resets LLVM's command line.
  EvaluationRequest request;
  request.model = input;
  request.against = against;
  request.compile.cpuLevels = {"native"};
  request.compile.plugins.assign(plugins.begin(), plugins.end());
  request.data = data;
  request.mask = mask;
  request.labels = labels;
  request.next = next;
  request.threads = threads;
  bool asJson = json;
  auto asked = readBudget();
  if (!asked)
    return fail(asked.takeError());
  if (request.against.empty())
    return fail(missing("--against", "--against MODEL.onnx, the model that this one was made of"));
  if (request.data.empty())
    return fail(missing("--data", "--data FILE.npz, with values for all inputs"));
  auto result = evaluate(request);
  if (!result)
    return fail(result.takeError());
  (asJson ? printEvaluationJson : printEvaluation)(*result, llvm::outs());
  if (!*asked)
    return Ok;
  auto worst = evaluation::worstFor(**asked, result->outputs);
  if (!worst)
    return fail(worst.takeError());
  bool kept = (*asked)->holds(*worst);
  if (!kept && !asJson)
    llvm::outs() << "the budget " << (*asked)->text() << " is not kept\n";
  return kept ? Ok : Differs;
}

} // namespace

Command evaluateCommand() { return {options, input, "llmc evaluate out --against model.onnx --data inputs.npz", run}; }

} // namespace llmc::tools
