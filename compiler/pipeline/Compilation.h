// The compiler as a library: from a model to an artefact, with stages that can be looked at.
#ifndef LLMC_COMPILER_PIPELINE_COMPILATION_H
#define LLMC_COMPILER_PIPELINE_COMPILATION_H

#include "compiler/codegen/artefact/LibraryFile.h"
#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/Publication.h"
#include "compiler/frontend/onnx/OnnxImporter.h"
#include "compiler/pipeline/DimChoice.h"
#include "compiler/pipeline/PluginSet.h"
#include "compiler/pipeline/Probes.h"
#include "compiler/support/TargetSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/Error.h"
#include <functional>

namespace llvm {
class Module;
}
namespace mlir {
class PassManager;
}
namespace llmc::codegen {
class NodeListing;
class Target;
class TargetCode;
} // namespace llmc::codegen
namespace llmc::reference {
class KnownResults;
class Tensor;
} // namespace llmc::reference

namespace llmc::pipeline {

struct PipelineOptions;

/// How far to go.
enum class Stage { Import, Ir, Kernels, Llvm, Assembly, Object, Artefact };

/// What a compilation does one after the other; calibration where it is asked for.
enum class Phase { Calibration, Import, Passes, Code, Weights, Link };
/// "import"
const char *nameOf(Phase phase);

/// What an artefact consists of, besides weights and manifest.
struct ArtefactForms {
  bool library = true;  // NAME.so
  bool archive = false; // NAME.a
  bool header = true;   // NAME.h
};

struct CompileOptions {
  std::string name; // of the artefact; empty: that of the file, or of its folder where the file is called "model"
  std::vector<std::string> cpuLevels = {"all"}; // levels of the target, "native" or "all"
  std::string triple;                           // of the target; empty: this machine's
  ArtefactForms forms;
  bool embedWeights = true;         // into library and archive; else they are a file
  bool debugLines = false;          // of NAME.nodes.txt, in library and archive
  std::string pipeline = "default"; // a name, or MLIR's textual form
  uint64_t maxMemory = 0;           // bytes that weights, intermediate results and outputs may take; 0: any number
  std::string decisions;            // a file of schedules for the default pipeline; empty: none
  std::vector<std::string>
      quantization;                 // rules for the default pipeline, as parseQuantization reads them; none: nothing
  std::vector<std::string> pruning; // rules for the default pipeline, as PruningSpec reads them; none: nothing
  std::optional<Probes> probes;     // for the default pipeline, in place of quantization
  bool switches = false;            // for the default pipeline: each run chooses what of the quantization it takes
  std::vector<std::string> plugins; // files
  unsigned threads = 0;             // of the compiler; 0: all that the process may use
  frontend::ImportOptions import;
  DimSizes dimSizes; // that the model gets code of its own for; import.variants follows from it
  /// Told of each phase when it begins, and then how much of it is done, from 0 to 1. Called by any thread, one at a
  /// time.
  std::function<void(Phase, double share)> onProgress = [](Phase, double) {};
  /// Asked at many points, by any thread; once it says yes the compilation fails soon with CancelledError.
  std::function<bool()> cancelled = [] { return false; };
  /// May add instrumentation before the passes run.
  std::function<void(mlir::PassManager &)> onPassManager = [](mlir::PassManager &) {};
  /// Sees the code of the model before LLVM optimizes it, and may change it.
  std::function<void(llvm::Module &)> onLlvmModule = [](llvm::Module &) {};
  /// Sees what recipes compute when the weights are written, in a thread of its own; none: nobody looks.
  std::function<void(mlir::Value, const reference::Tensor &)> onRecipeValue;
  /// What recipes gave in other compilations of the model; null: they run anew.
  std::shared_ptr<reference::KnownResults> known;
};

/// A model on its way through the compiler. Calls follow the order of the stages. Messages of MLIR's diagnostics become
/// the text of the errors.
class Compilation {
public:
  /// Reads an ONNX model, or a module in MLIR's textual form (a file that ends in .mlir).
  static llvm::Expected<std::unique_ptr<Compilation>> load(llvm::StringRef path, const CompileOptions &options);

  /// The same for an ONNX model in memory, which must outlive the result; options.name is its name. Its external data
  /// lies in `folder`, if it has any.
  static llvm::Expected<std::unique_ptr<Compilation>>
  loadFromMemory(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef folder, const CompileOptions &options);

  mlir::ModuleOp module() { return *imported.module; }
  /// The model's function.
  mlir::func::FuncOp function();
  /// That one, and those for some sizes only.
  llvm::SmallVector<mlir::func::FuncOp> functions();
  /// Operations on tensors in the model's function as it is now.
  size_t operationCount();
  ir::WeightStore &weights() { return *imported.weights; }
  llvm::StringRef modelName() const { return name; }
  /// The files that were read: the model, its external data, plugins.
  llvm::ArrayRef<std::string> files() const { return filesRead; }
  /// The CPU levels that code is generated for, worst first.
  llvm::ArrayRef<TargetSpec> levels() const { return specs; }

  /// What the imported model demands of the sizes of its inputs; nothing where that can't be told.
  ir::SizeRules sizeRules();

  /// Runs the passes up to a stage: Ir or Kernels.
  llvm::Error runPasses(Stage last);
  /// LLVM IR, assembly or an object file of the best level. Needs the kernels.
  llvm::Expected<llvm::SmallVector<char, 0>> emitCode(Stage stage);
  struct WrittenArtefact {
    codegen::ModelFacts facts;
    std::vector<codegen::ArtefactFile> files; // without the manifest
  };
  /// Writes manifest.json, the forms that are asked for and, unless they are embedded, the weights into `folder`: all
  /// or none. Needs the kernels.
  llvm::Expected<WrittenArtefact> writeArtefact(llvm::StringRef folder);
  /// A library that has no name and goes with whoever holds it, with the weights in it. Needs the kernels.
  struct UnnamedLibrary {
    codegen::ModelFacts facts;
    codegen::LibraryFile library;
  };
  llvm::Expected<UnnamedLibrary> makeLibrary();

private:
  Compilation(const CompileOptions &options, const codegen::Target &target, std::vector<TargetSpec> specs,
              PluginSet plugins);
  static llvm::Expected<std::unique_ptr<Compilation>> create(const CompileOptions &options);
  llvm::Error parse(llvm::StringRef path);
  llvm::Error import(llvm::Expected<std::unique_ptr<frontend::OnnxModel>> model);
  /// Tells of a phase that begins, unless the compilation is cancelled.
  llvm::Error beginPhase(Phase phase);
  llvm::Expected<std::optional<uint64_t>> digestOfSource();
  PipelineOptions pipelineOptions() const;
  llvm::Error addPasses(mlir::PassManager &pm, Stage last);
  llvm::Error run(mlir::PassManager &pm, mlir::ModuleOp of);
  llvm::Error countZerosOfWeights();
  /// A level whose kernels are all built as those of its base is that one.
  void mergeLevels();
  /// Runs passes. Once the compilation is cancelled, or one is of a plugin that it has not, those that are left are
  /// skipped.
  llvm::Error watchPasses(llvm::function_ref<void()> run);
  /// What was reported while `action` failed; nothing where it did not fail.
  std::optional<std::string> messagesOf(llvm::function_ref<llvm::LogicalResult()> action);
  llvm::Error refuse(const std::string &reason) const;
  using LoweredLevels = std::vector<std::unique_ptr<codegen::TargetCode>>;
  /// With debug lines where there is a listing for them.
  llvm::Expected<LoweredLevels> lowerLevels(llvm::ArrayRef<TargetSpec> levels, const codegen::NodeListing *listing,
                                            codegen::ModelFacts &facts);
  /// An object file of each; levels are worked on at the same time where there are threads.
  llvm::Expected<std::vector<llvm::SmallVector<char, 0>>> emitObjects(const LoweredLevels &levels);
  struct Artefact {
    codegen::ModelFacts facts;
    std::vector<codegen::MadeFile> files;
  };
  /// Its files, complete and without names.
  llvm::Expected<Artefact> makeArtefact(const codegen::OutputFolder &folder, const ArtefactForms &forms,
                                        bool embedWeights);

  CompileOptions options;
  const codegen::Target &target;
  std::vector<TargetSpec> specs; // of the target
  PluginSet plugins;
  std::string name;
  std::string file; // the model; empty for one in memory
  std::vector<std::string> filesRead;
  mlir::MLIRContext context;
  std::unique_ptr<frontend::OnnxModel> source; // until its digest is asked for; none of a module in textual form
  std::optional<uint64_t> sourceDigest;
  frontend::ImportedModel imported;
};

} // namespace llmc::pipeline

#endif
