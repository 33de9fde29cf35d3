#include "compiler/evaluation/Baseline.h"

namespace llmc::evaluation {

llvm::Expected<std::unique_ptr<Baseline>> Baseline::open(execution::Load load, const pipeline::CompileOptions &options,
                                                         const Samples &samples) {
  auto compilation = load(execution::floatsToRunHere(options));
  if (!compilation)
    return compilation.takeError();
  auto facts = execution::interfaceOf(**compilation);
  if (!facts)
    return facts.takeError();
  auto data =
      execution::SampleData::create(facts->inputs, (*compilation)->sizeRules(), samples.inputs, samples.shownAs);
  if (!data)
    return data.takeError();
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return std::move(error);
  auto resolved = execution::interfaceOf(**compilation); // sizes of outputs are formulas only now
  if (!resolved)
    return resolved.takeError();
  auto model = execution::openHere(std::move(*compilation), options.threads);
  if (!model)
    return model.takeError();
  std::unique_ptr<Baseline> baseline(new Baseline(std::move(*model)));
  baseline->facts = std::move(*resolved);
  baseline->samples.emplace(std::move(*data));
  baseline->options = {samples.mask, options.cancelled, {}};
  auto judge = baseline->judgeBy(*baseline->floats, {});
  if (!judge)
    return judge.takeError();
  baseline->judgeOfOthers.emplace(std::move(*judge));
  return baseline;
}

llvm::Expected<Judge> Baseline::judgeBy(const execution::OpenModel &wanted, llvm::ArrayRef<llmc_tensor> more) const {
  JudgeOptions own = options;
  own.more.assign(more.begin(), more.end());
  return Judge::create(wanted, facts.inputs, facts.outputs, *samples, std::move(own));
}

} // namespace llmc::evaluation
