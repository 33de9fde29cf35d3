// LLVM's own pipeline.
#include "compiler/codegen/cpu/llvm/ObjectEmitter.h"
#include "compiler/codegen/cpu/llvm/SingleLaneStores.h"
#include "compiler/support/FatalErrors.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/IR/PassInstrumentation.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/TargetSelect.h"

namespace llmc::codegen::cpu {

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> makeTargetMachine(const TargetSpec &spec) {
  static const bool initialized = [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    return true;
  }();
  (void)initialized;
  std::string error;
  llvm::Triple triple(spec.triple);
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return llvm::createStringError(error);
  llvm::TargetOptions options;
  options.MCOptions.AsmVerbose = true; // comments tell of spills
  return std::unique_ptr<llvm::TargetMachine>(target->createTargetMachine(
      triple, spec.cpu, spec.features, options, llvm::Reloc::PIC_, std::nullopt, llvm::CodeGenOptLevel::Default));
}

std::unique_ptr<llvm::Module> translateToLlvm(mlir::ModuleOp code, llvm::LLVMContext &context,
                                              llvm::TargetMachine &machine) {
  auto module = mlir::translateModuleToLLVMIR(code, context, "model");
  if (!module)
    return nullptr;
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  // The optimizer reads cpu and features from each function, not from the TargetMachine.
  for (llvm::Function &function : *module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("target-cpu", machine.getTargetCPU());
    if (!machine.getTargetFeatureString().empty())
      function.addFnAttr("target-features", machine.getTargetFeatureString());
    if (machine.getTargetTriple().isX86())
      function.addFnAttr("prefer-vector-width", "512"); // else LLVM keeps to 256 bits on most cpus
  }
  return module;
}

namespace {

/// Tells the listener of each function that the optimizer comes to.
struct CountFunction : llvm::PassInfoMixin<CountFunction> {
  CountFunction(CodeListener &listener, bool &stopped) : listener(&listener), stopped(&stopped) {}
  llvm::PreservedAnalyses run(llvm::Function &, llvm::FunctionAnalysisManager &) {
    *stopped = *stopped || !listener->onFunction();
    return llvm::PreservedAnalyses::all();
  }

  CodeListener *listener;
  bool *stopped;
};

/// Thrown between two passes of the generator of code, which knows no other way to end early.
struct Stopped {};

/// Tells the listener of each function and pass of the generator of code, whose passes ask whether to run.
class CodeGate : public llvm::OptPassGate {
public:
  explicit CodeGate(CodeListener &listener) : listener(listener) {}
  bool isEnabled() const override { return true; }
  bool shouldRunPass(llvm::StringRef, llvm::StringRef where) const override {
    bool another = where != function;
    if (another)
      function = where.str();
    if (!(another ? listener.onFunction() : listener.onPass()))
      throw Stopped();
    return true;
  }

private:
  CodeListener &listener;
  mutable std::string function;
};

} // namespace

void throwErrors(llvm::LLVMContext &context) {
  context.setDiagnosticHandlerCallBack([](const llvm::DiagnosticInfo *info, void *) {
    if (info->getSeverity() != llvm::DS_Error)
      return;
    std::string text;
    llvm::raw_string_ostream stream(text);
    llvm::DiagnosticPrinterRawOStream printer(stream);
    info->print(printer);
    throw FatalError(text);
  });
}

size_t stepsOf(const llvm::Module &module) {
  constexpr size_t rounds = 4; // simplification and late optimization; preparation and generation of code
  return rounds * llvm::count_if(module, [](const llvm::Function &function) { return !function.isDeclaration(); });
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, CodeListener &listener) {
  bool stopped = false;
  llvm::PassInstrumentationCallbacks callbacks;
  callbacks.registerShouldRunOptionalPassCallback([&](llvm::StringRef, llvm::Any) {
    stopped = stopped || !listener.onPass();
    return !stopped;
  });
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager calls;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false; // kernels are vector code already
  tuning.SLPVectorization = false;
  llvm::PassBuilder builder(&machine, tuning, std::nullopt, &callbacks);
  auto count = [&](llvm::FunctionPassManager &pass, auto...) { pass.addPass(CountFunction(listener, stopped)); };
  builder.registerScalarOptimizerLateEPCallback(count);
  builder.registerVectorizerStartEPCallback(count);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(calls);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, calls, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
  splitSingleLaneStores(module);
}

llvm::Expected<Bytes> emitCode(llvm::Module &module, llvm::TargetMachine &machine, CodeForm form,
                               CodeListener &listener) {
  Bytes bytes;
  llvm::raw_svector_ostream stream(bytes);
  if (form == CodeForm::LlvmIr) {
    module.print(stream, nullptr);
    return bytes;
  }
  llvm::legacy::PassManager passes; // code generation still lives in the old pass manager
  auto type = form == CodeForm::Assembly ? llvm::CodeGenFileType::AssemblyFile : llvm::CodeGenFileType::ObjectFile;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type))
    return llvm::createStringError("the target can't emit this kind of file");
  CodeGate gate(listener);
  module.getContext().setOptPassGate(gate);
  try {
    passes.run(module);
  } catch (const Stopped &) {
    bytes.clear();
  }
  return bytes;
}

} // namespace llmc::codegen::cpu
