// The text is put together from a template per part; everything that depends on the model goes through CIdentifiers and
// cComment, because names in models may be any text.
#include "compiler/codegen/artefact/HeaderWriter.h"
#include "compiler/codegen/artefact/CFormula.h"
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "compiler/codegen/artefact/PublicApi.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::codegen {
namespace {

const ElementType &typeOf(const TensorFacts &tensor) { return *findElementType(tensor.dtype); }

/// What C's type of the elements does not tell.
std::string meaningOf(const ElementType &type) {
  if (type.kind == ElementType::Bool)
    return std::string(type.name) + ": 0 or 1";
  bool isBits = type.kind == ElementType::Float && llvm::StringRef(type.cType).starts_with("uint");
  return type.name + std::string(isBits ? ", as its bits" : "");
}

/// The parts of the session's code that are the same for every model; P stands for its prefix.
constexpr char kSession[] = R"(
/* An open model and what one thread needs to run it. Use one session per thread; P_open_another makes more of them, which
 * share the weights. */
typedef struct P_session {
  const llmc_api *api; /* all functions of the API, for what this header has no entry point for */
  llmc_model *model;
  llmc_context *context;
  int owns_model;
  int64_t capacity; /* positions for which room is reserved in states; 0: these are inputs and outputs as others */
  char message[512]; /* why it could not be opened or run; see P_message */
} P_session;

static inline llmc_status P_fail_(P_session *session, llmc_status status, const char *message) {
  strcpy(session->message, message);
  return status;
}

static inline llmc_status P_open_context_(P_session *session, const llmc_context_options *options) {
  llmc_context_options known;
  memset(&known, 0, sizeof known);
  if (options)
    known = *options;
  known.size = sizeof known;
  if (!known.message) {
    known.message = session->message;
    known.message_bytes = sizeof session->message;
  }
  return session->api->context_create(session->model, &known, &session->context);
}

/* Ends the session. Fine after a P_open that failed, and a second time. */
static inline void P_close(P_session *session) {
  if (!session)
    return;
  if (session->context)
    session->api->context_destroy(session->context);
  if (session->model && session->owns_model)
    session->api->model_close(session->model);
  session->context = NULL;
  session->model = NULL;
}

/* Opens the model through the functions of `api`: what a P.so that was loaded by dlopen returns from its llmc_get_api.
 * Null options are the defaults: the weights file beside the code, all CPUs that the process may use. On failure
 * session->message says why. */
static inline llmc_status P_open_api(P_session *session, const llmc_api *api, const llmc_model_options *model_options,
                                     const llmc_context_options *context_options) {
  llmc_model_options known;
  llmc_status status;
  if (!session)
    return LLMC_ERROR_INVALID_ARGUMENT;
  memset(session, 0, sizeof *session);
  if (!api)
    return P_fail_(session, LLMC_ERROR_BAD_MODEL, "the library was made by another version of llmc");
  session->api = api;
  session->owns_model = 1;
  memset(&known, 0, sizeof known);
  if (model_options)
    known = *model_options;
  known.size = sizeof known;
  if (!known.message) {
    known.message = session->message;
    known.message_bytes = sizeof session->message;
  }
  status = api->model_open(&known, &session->model);
  if (status == LLMC_OK && !P_is_model_(api, session->model))
    status = P_fail_(session, LLMC_ERROR_BAD_MODEL, "the library holds another model than P.h is for");
  if (status == LLMC_OK)
    status = P_open_context_(session, context_options);
  if (status != LLMC_OK)
    P_close(session);
  return status;
}

/* Opens the model that is linked into this program, as P.a or P.so; else as P_open_api. */
static inline llmc_status P_open(P_session *session, const llmc_model_options *model_options,
                                 const llmc_context_options *context_options) {
  return P_open_api(session, P_llmc_get_api(LLMC_API_VERSION), model_options, context_options);
}

/* A further session on the model of `first`, which stays open until the last of them is closed. */
static inline llmc_status P_open_another(P_session *session, const P_session *first,
                                         const llmc_context_options *context_options) {
  if (!session)
    return LLMC_ERROR_INVALID_ARGUMENT;
  memset(session, 0, sizeof *session);
  if (!first || !first->model)
    return P_fail_(session, LLMC_ERROR_INVALID_ARGUMENT, "the first session is not open");
  session->api = first->api;
  session->model = first->model;
  return P_open_context_(session, context_options);
}

/* Why the last call failed. */
static inline const char *P_message(const P_session *session) {
  if (!session)
    return "there is no session: the pointer is null";
  return session->context && !session->message[0] ? session->api->context_message(session->context) : session->message;
}
)";

/// The rows are of inputs, then of outputs.
constexpr char kIsModel[] = R"(
/* Is a library's model the one that this header was written for? */
static inline int P_is_model_(const llmc_api *api, const llmc_model *model) {
  static const uint32_t expected[][2] = {@ROWS@}; /* element type and rank */
  static const char *const dims[] = {@DIMS@};
  llmc_model_info facts;
  uint32_t i, axis, dim = 0;
  memset(&facts, 0, sizeof facts);
  facts.size = sizeof facts;
  if (api->model_describe(model, &facts) != LLMC_OK || facts.input_count != @INPUTS@ || facts.output_count != @OUTPUTS@ ||
      facts.state_count != @STATES@)
    return 0;
  for (i = 0; i < facts.input_count + facts.output_count; ++i) {
    int is_input = i < facts.input_count;
    llmc_tensor_info tensor;
    llmc_status status;
    memset(&tensor, 0, sizeof tensor);
    tensor.size = sizeof tensor;
    status = is_input ? api->model_input(model, i, &tensor) : api->model_output(model, i - facts.input_count, &tensor);
    if (status != LLMC_OK || tensor.dtype != expected[i][0] || tensor.rank != expected[i][1])
      return 0;
    for (axis = 0; axis < tensor.rank; ++axis)
      if (strcmp(tensor.dim_texts[axis], dims[dim++]) != 0)
        return 0;
  }
  return 1;
}
)";

constexpr char kInputBinding[] = R"(
static inline llmc_status P_bind_input_(P_session *session, uint32_t index, uint32_t dtype, uint32_t rank,
                                        const int64_t *dims, const void *data, uint64_t element_bytes) {
  static int64_t nothing; /* an empty tensor lies somewhere, too */
  llmc_tensor tensor;
  uint32_t axis;
  memset(&tensor, 0, sizeof tensor);
  tensor.size = sizeof tensor;
  tensor.dtype = dtype;
  tensor.rank = rank;
  tensor.dims = dims;
  tensor.bytes = element_bytes;
  for (axis = 0; axis < rank; ++axis)
    tensor.bytes *= dims[axis] < 0 ? 0 : (uint64_t)dims[axis];
  tensor.data = data || tensor.bytes ? (void *)(uintptr_t)data : (void *)&nothing;
  return session->api->context_bind_input(session->context, index, &tensor);
}
)";

constexpr char kOutputBinding[] = R"(
static inline llmc_status P_bind_output_(P_session *session, uint32_t index, void *buffer) {
  llmc_tensor tensor;
  llmc_status status = LLMC_OK;
  memset(&tensor, 0, sizeof tensor);
  tensor.size = sizeof tensor;
  if (buffer)
    status = session->api->context_output_shape(session->context, index, &tensor);
  return status == LLMC_OK ? session->api->context_bind_output(session->context, index, buffer, tensor.bytes) : status;
}

static inline void *P_take_output_(P_session *session, uint32_t index, uint32_t rank, int64_t *dims,
                                   llmc_status *status) {
  llmc_tensor tensor;
  uint32_t axis;
  memset(&tensor, 0, sizeof tensor);
  tensor.size = sizeof tensor;
  if (*status == LLMC_OK)
    *status = session->api->context_output(session->context, index, &tensor);
  for (axis = 0; axis < rank && *status == LLMC_OK; ++axis)
    dims[axis] = tensor.dims[axis];
  return tensor.data;
}
)";

/// For models with states.
constexpr char kStates[] = R"(
/* Inputs that runs append to, with the outputs that they become:
@LIST@ * A session can keep them. After P_reserve leave these inputs and buffers null: a run reads what is kept, and stores what is
 * new behind it. Until then they are inputs and outputs as others. Each function is llmc_context_state_... of llmc.h. */

/* Makes room for `capacity` positions, and keeps what is there; 0 ends it. */
static inline llmc_status P_reserve(P_session *session, int64_t capacity) {
  llmc_status status;
  if (!session)
    return LLMC_ERROR_INVALID_ARGUMENT;
  session->message[0] = 0;
  if (!session->context)
    return P_fail_(session, LLMC_ERROR_NOT_READY, "the session is not open");
  status = session->api->context_state_reserve(session->context, capacity);
  if (status == LLMC_OK)
    session->capacity = capacity;
  return status;
}

/* How many positions are kept; those of the first state, where states differ. -1 after a failure. */
static inline int64_t P_length(P_session *session) {
  int64_t length = -1;
  if (session && session->context)
    session->api->context_state_length(session->context, 0, &length);
  return length;
}

/* Forgets what is behind the first `length` positions. */
static inline llmc_status P_truncate(P_session *session, int64_t length) {
  if (!session || !session->context)
    return LLMC_ERROR_INVALID_ARGUMENT;
  session->message[0] = 0;
  return session->api->context_state_truncate(session->context, length);
}

/* Forgets all. */
static inline llmc_status P_reset(P_session *session) { return P_truncate(session, 0); }
)";

class HeaderWriter {
public:
  explicit HeaderWriter(const ModelFacts &facts) : facts(facts), prefix(cPrefix(facts.name)), out(text) {
    CIdentifiers locals({"session", "inputs", "outputs", "status", "dims"});
    for (const ir::SymbolRange &symbol : facts.sizes.symbols)
      parameters.push_back(locals.add(symbol.name));
    CIdentifiers inputNames({"unused"}), outputNames({"unused"});
    for (const TensorFacts &input : facts.inputs)
      inputFields.push_back(inputNames.add(input.name));
    for (const TensorFacts &output : facts.outputs)
      outputFields.push_back(outputNames.add(output.name, {"_buffer", "_dims"}));
  }

  std::string write() {
    writeHead();
    out << "#ifndef LLMC_MODEL_" << prefix << "_H\n#define LLMC_MODEL_" << prefix << "_H\n\n"
        << "/* ======== the C API of llmc, the same for every model ======== */\n\n"
        << publicHeaders() << "\n/* ======== the model " << cComment(facts.name) << " ======== */\n\n"
        << "#include <string.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    writeApi();
    writeIsModel();
    out << replacePrefix(kSession);
    writeInputs();
    writeOutputs();
    writeStates();
    writeRun();
    out << "\n#ifdef __cplusplus\n}\n#endif\n#endif\n";
    return std::move(text);
  }

private:
  std::string replacePrefix(llvm::StringRef part) {
    std::string result;
    for (size_t i = 0; i < part.size(); ++i) {
      bool alone = part[i] == 'P' && (i == 0 || !(llvm::isAlnum(part[i - 1]) || part[i - 1] == '_'));
      alone = alone && i + 1 < part.size() && (part[i + 1] == '_' || part[i + 1] == '.');
      result += alone ? prefix : std::string(1, part[i]);
    }
    return result;
  }

  void writeHead() {
    out << "/* " << prefix << ".h: the model \"" << cComment(facts.name) << "\" in C, written by " << facts.compiler
        << ".\n *\n"
        << " * Everything that an application needs besides " << cComment(facts.name) << ".a or "
        << cComment(facts.name) << ".so. In short:\n *\n"
        << " *     " << prefix << "_session session;\n *     " << prefix << "_inputs inputs = {" << exampleInputs()
        << "};\n *     " << prefix << "_outputs outputs = {0};\n"
        << " *     if (" << prefix << "_open(&session, NULL, NULL) != LLMC_OK ||\n *         " << prefix
        << "_run(&session, &inputs, &outputs" << arguments() << ") != LLMC_OK)\n"
        << " *       puts(" << prefix << "_message(&session));\n *     else\n *       use(outputs."
        << (outputFields.empty() ? "" : outputFields.front()) << ");\n *     " << prefix
        << "_close(&session);\n *\n * The parts for this model are at the end. */\n";
  }

  std::string exampleInputs() { return llvm::join(inputFields, ", "); }

  std::string arguments() {
    std::string result;
    for (const std::string &parameter : parameters)
      result += ", " + parameter;
    return result;
  }

  /// The API under names of this model's own, which archives and libraries of several models have side by side.
  void writeApi() {
    out << "/* The functions of llmc.h for this model alone: several models link into one program. */\n";
    for (const ApiFunction &function : publicFunctions()) {
      size_t place = function.name.data() - function.declaration.data();
      out << function.declaration.take_front(place) << prefix << '_' << function.declaration.drop_front(place) << ";\n";
    }
  }

  void writeIsModel() {
    std::string rows, dims;
    for (const std::vector<TensorFacts> *tensors : {&facts.inputs, &facts.outputs})
      for (const TensorFacts &tensor : *tensors) {
        rows += "{" + std::to_string(tensor.dtype) + ", " + std::to_string(tensor.dims.size()) + "}, ";
        for (const std::string &dim : tensor.dimTexts)
          dims += cString(dim) + ", ";
      }
    std::string function = replacePrefix(kIsModel);
    for (auto [place, value] : {std::pair<llvm::StringRef, std::string>("@ROWS@", rows + "{0, 0}"),
                                {"@DIMS@", dims + "\"\""},
                                {"@INPUTS@", std::to_string(facts.inputs.size())},
                                {"@OUTPUTS@", std::to_string(facts.outputs.size())},
                                {"@STATES@", std::to_string(facts.states.size())}})
      function.replace(function.find(place), place.size(), value);
    out << function;
  }

  std::string shapeText(const TensorFacts &tensor) {
    std::string dims = llvm::join(tensor.dimTexts, ", ");
    return "[" + cComment(dims) + "], " + meaningOf(typeOf(tensor)) + "; \"" + cComment(tensor.name) + "\"";
  }

  void writeInputs() {
    out << "\n/* What the model reads: row-major, not copied, never written. */\ntypedef struct " << prefix
        << "_inputs {\n";
    for (auto [field, input] : llvm::zip(inputFields, facts.inputs))
      out << "  const " << typeOf(input).cType << " *" << field << "; /* " << shapeText(input) << " */\n";
    if (facts.inputs.empty())
      out << "  char unused;\n";
    out << "} " << prefix << "_inputs;\n";
  }

  void writeOutputs() {
    out << "\n/* What the model gives. Set X_buffer to let output X be written to your memory, which must hold all of "
           "its\n"
        << " * elements; leave it null to read X in memory of the session, until its next run, whose input it may be. "
           "The\n"
        << " * run sets X to where the output lies, and X_dims to its sizes. */\ntypedef struct " << prefix
        << "_outputs {\n";
    for (auto [field, output] : llvm::zip(outputFields, facts.outputs)) {
      const char *type = typeOf(output).cType;
      out << "  " << type << " *" << field << "_buffer; /* null or yours */\n"
          << "  const " << type << " *" << field << "; /* " << shapeText(output) << " */\n";
      if (!output.dims.empty())
        out << "  int64_t " << field << "_dims[" << output.dims.size() << "];\n";
    }
    if (facts.outputs.empty())
      out << "  char unused;\n";
    out << "} " << prefix << "_outputs;\n";
  }

  void writeStates() {
    if (facts.states.empty())
      return;
    std::string list, function = replacePrefix(kStates);
    for (const StateFacts &state : facts.states)
      list += " *   " + inputFields[state.input] + "  becomes  " + outputFields[state.output] + "\n";
    function.replace(function.find("@LIST@"), 6, list);
    out << function;
  }

  bool isStateInput(size_t index) const {
    return llvm::any_of(facts.states, [&](const StateFacts &state) { return state.input == index; });
  }
  bool isStateOutput(size_t index) const {
    return llvm::any_of(facts.states, [&](const StateFacts &state) { return state.output == index; });
  }

  void writeRun() {
    CFormulas formulas(prefix, [this](llvm::StringRef symbol) {
      for (auto [fact, parameter] : llvm::zip(facts.sizes.symbols, parameters))
        if (fact.name == symbol)
          return parameter;
      llvm_unreachable("sizes of inputs depend on their symbols only");
    });
    std::string body;
    llvm::raw_string_ostream stream(body);
    for (auto [i, input] : llvm::enumerate(facts.inputs))
      writeInputBinding(stream, i, input, formulas);
    for (auto [i, field] : llvm::enumerate(outputFields))
      stream << "  if (status == LLMC_OK)\n    status = " << prefix << "_bind_output_(session, " << i << ", outputs->"
             << field << "_buffer);\n";
    stream << "  if (status == LLMC_OK)\n    status = session->api->context_run(session->context, NULL);\n";
    for (auto [i, output] : llvm::enumerate(facts.outputs)) {
      std::string type = typeOf(output).cType, field = outputFields[i];
      if (isStateOutput(i))
        stream << "  if (session->capacity)\n    outputs->" << field << " = NULL;\n  else\n  ";
      stream << "  outputs->" << field << " = (const " << type << " *)" << prefix << "_take_output_(session, " << i
             << ", " << output.dims.size() << ", " << (output.dims.empty() ? "NULL" : "outputs->" + field + "_dims")
             << ", &status);\n";
    }
    if (facts.inputs.empty())
      stream << "  (void)inputs;\n";
    if (facts.outputs.empty())
      stream << "  (void)outputs;\n";
    out << '\n' << formulas.helpers();
    if (!facts.inputs.empty())
      out << replacePrefix(llvm::StringRef(kInputBinding).drop_front());
    if (!facts.outputs.empty())
      out << replacePrefix(kOutputBinding);
    out << "\n/* Runs the model once.\n";
    for (auto [symbol, parameter] : llvm::zip(facts.sizes.symbols, parameters))
      out << " *   " << parameter << "  " << ir::rangeText(symbol.least, symbol.most)
          << (symbol.name == parameter ? "" : "; \"" + cComment(symbol.name) + "\"") << '\n';
    out << " * On failure " << prefix << "_message says why. */\nstatic inline llmc_status " << prefix << "_run("
        << prefix << "_session *session, const " << prefix << "_inputs *inputs, " << prefix << "_outputs *outputs";
    for (const std::string &parameter : parameters)
      out << ", int64_t " << parameter;
    out << ") {\n  llmc_status status = LLMC_OK;\n"
        << replacePrefix("  if (!session)\n    return LLMC_ERROR_INVALID_ARGUMENT;\n"
                         "  session->message[0] = 0;\n"
                         "  if (!session->context)\n"
                         "    return P_fail_(session, LLMC_ERROR_NOT_READY, \"the session is not open\");\n"
                         "  if (!inputs || !outputs)\n"
                         "    return P_fail_(session, LLMC_ERROR_INVALID_ARGUMENT, \"inputs or outputs are null\");\n")
        << body << "  return status;\n}\n";
  }

  void writeInputBinding(llvm::raw_ostream &stream, size_t index, const TensorFacts &input, CFormulas &formulas) {
    std::string dims = "NULL";
    stream << "  if (status == LLMC_OK"
           << (isStateInput(index) ? " && (inputs->" + inputFields[index] + " || !session->capacity)" : "") << ") {\n";
    if (!input.dims.empty()) {
      std::vector<std::string> sizes;
      for (const std::string &dim : input.dimTexts)
        sizes.push_back(formulas.text(ir::DimExpr::parse(dim).value_or(ir::DimExpr(0))));
      stream << "    const int64_t dims[] = {" << llvm::join(sizes, ", ") << "};\n";
      dims = "dims";
    }
    stream << "    status = " << prefix << "_bind_input_(session, " << index << ", " << typeOf(input).constant << ", "
           << input.dims.size() << ", " << dims << ", inputs->" << inputFields[index] << ", sizeof *inputs->"
           << inputFields[index] << ");\n  }\n";
  }

  const ModelFacts &facts;
  std::string prefix;
  std::string text;
  llvm::raw_string_ostream out;
  std::vector<std::string> parameters, inputFields, outputFields;
};

} // namespace

std::string modelHeader(const ModelFacts &facts) { return HeaderWriter(facts).write(); }

} // namespace llmc::codegen
