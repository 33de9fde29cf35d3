// A plugin whose text for the pipeline names a pass that does not exist.
#include "compiler/plugin/PassPlugin.h"

LLMC_PLUGIN("misspelled", "1.0", [](llmc::plugin::PluginSetup &setup) {
  setup.joinPipeline(llmc::plugin::PipelinePoint::AfterFusion, "func.func(no-such-pass)");
})
