// What happens to the standard streams when nobody can read what is written to them.
#ifndef LLMC_TOOLS_LLMC_STANDARDSTREAMS_H
#define LLMC_TOOLS_LLMC_STANDARDSTREAMS_H

namespace llmc::tools {

/// To be called first in main(). From then on a standard output that can't be written is an error like others: one
/// message when the process ends, and exit code 1. A reader that has gone (`| head -1`) is such an error too where
/// SIGPIPE was ignored; else it ends the process by that signal without a word, but only after everything is cleaned
/// up.
void watchStandardStreams();

} // namespace llmc::tools

#endif
