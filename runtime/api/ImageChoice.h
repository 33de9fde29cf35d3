// Which of a model's compiled versions this machine runs.
#ifndef LLMC_RUNTIME_API_IMAGECHOICE_H
#define LLMC_RUNTIME_API_IMAGECHOICE_H

#include "llmc/artefact.h"
#include "support/Errors.h"

namespace llmc::runtime {

// Sets *chosen to the last image of the table whose CPU features are all there. The environment
// variable LLMC_CPU names a level that restricts them. Refuses a table of another layout.
llmc_status chooseImage(const llmc_image_table &table, const llmc_image **chosen, Message &message);

} // namespace llmc::runtime
#endif
