// The header is a Python dictionary, of which what NumPy writes is understood.
#include "tools/llmc/tensors/NpyFile.h"

#include "tools/llmc/tensors/ByteReader.h"
#include "tools/llmc/tensors/ElementType.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>

using namespace llmc::tools;
using llvm::StringRef;

static constexpr StringRef npyMagic("\x93NUMPY", 6);
static constexpr size_t mostAxes = 64; // numpy's own limit

namespace {

// The dictionary in front of the data.
struct Header {
  StringRef descr;
  bool fortranOrder = false;
  std::vector<int64_t> shape;
};

// Parses the Python dictionary literal that numpy writes. Anything else is refused, never
// evaluated.
class HeaderParser {
public:
  explicit HeaderParser(StringRef text) : rest(text) {}

  bool parse(Header &header) {
    bool descr = false, order = false, shape = false;
    if (!eat("{"))
      return false;
    while (!eat("}")) {
      StringRef key;
      if (!quoted(key) || !eat(":"))
        return false;
      if (key == "descr" && !descr)
        descr = quoted(header.descr);
      else if (key == "fortran_order" && !order)
        order = boolean(header.fortranOrder);
      else if (key == "shape" && !shape)
        shape = tuple(header.shape);
      else
        return false;
      if (!eat(",") && !rest.ltrim().starts_with("}"))
        return false;
    }
    return descr && order && shape && rest.trim().empty();
  }

private:
  bool eat(StringRef word) {
    rest = rest.ltrim();
    return rest.consume_front(word);
  }
  bool quoted(StringRef &text) {
    char quote = eat("'") ? '\'' : eat("\"") ? '"' : '\0';
    size_t end = rest.find(quote);
    if (!quote || end == StringRef::npos)
      return false;
    text = rest.take_front(end);
    rest = rest.drop_front(end + 1);
    return true;
  }
  bool boolean(bool &value) {
    value = eat("True");
    return value || eat("False");
  }
  bool tuple(std::vector<int64_t> &values) {
    if (!eat("("))
      return false;
    while (!eat(")")) {
      int64_t value;
      rest = rest.ltrim();
      if (values.size() == mostAxes || rest.consumeInteger(10, value))
        return false;
      rest.consume_front("L"); // written by Python 2
      values.push_back(value);
      if (!eat(",") && !rest.ltrim().starts_with(")"))
        return false;
    }
    return true;
  }

  StringRef rest;
};

} // namespace

static llvm::Error refuse(StringRef origin, const llvm::Twine &what) {
  return llvm::createStringError(origin + ": " + what);
}

static const ElementType *typeOfDescr(StringRef descr) {
  if (descr == "|V2" || descr == "<V2")
    return findElementType(LLMC_DTYPE_BF16);
  for (const ElementType &type : elementTypes)
    // Byte order means nothing for single bytes: '<i1' and '|i1' are the same.
    if (descr.size() == 3 && descr.drop_front() == type.npy + 1 &&
        (descr[0] == '<' || (descr[0] == '|' && type.bytes() == 1)))
      return &type; // u16 comes before bf16 and f16's bits
  return nullptr;
}

// Copies column-major elements to row-major order.
static void transposeFromFortran(const HostTensor &tensor, const char *from, uint8_t *to, size_t elementBytes) {
  size_t rank = tensor.shape.size();
  std::vector<size_t> strides(rank), index(rank, 0);
  size_t stride = elementBytes;
  for (size_t axis = 0; axis < rank; ++axis) {
    strides[axis] = stride;
    stride *= static_cast<size_t>(tensor.shape[axis]);
  }
  size_t source = 0;
  for (size_t i = 0; i < tensor.bytes.size(); i += elementBytes) {
    std::memcpy(to + i, from + source, elementBytes);
    for (size_t axis = rank; axis-- > 0;) {
      source += strides[axis];
      if (++index[axis] < static_cast<size_t>(tensor.shape[axis]))
        break;
      source -= strides[axis] * index[axis];
      index[axis] = 0;
    }
  }
}

llvm::Expected<HostTensor> llmc::tools::parseNpy(StringRef contents, StringRef origin) {
  ByteReader reader(contents);
  if (reader.take(npyMagic.size()) != npyMagic)
    return refuse(origin, "not a .npy file");
  unsigned major = reader.number<uint8_t>();
  reader.number<uint8_t>(); // minor
  if (major < 1 || major > 3)
    return refuse(origin, ".npy version " + llvm::Twine(major) + ", known are 1 to 3");
  uint32_t headerBytes = major == 1 ? reader.number<uint16_t>() : reader.number<uint32_t>();
  StringRef headerText = reader.take(headerBytes);
  if (reader.failed())
    return refuse(origin, "cut short within the header");
  Header header;
  if (!HeaderParser(headerText).parse(header))
    return refuse(origin, "header can't be understood (structured types are not supported)");
  const ElementType *type = typeOfDescr(header.descr);
  if (!type)
    return refuse(origin,
                  "element type '" + header.descr + "' is not supported; big-endian and object arrays are among these");
  // The size is checked before memory is asked for: a damaged shape must not exhaust it.
  llvm::Expected<uint64_t> bytes = tensorBytes(type->dtype, header.shape);
  if (!bytes)
    return refuse(origin, llvm::toString(bytes.takeError()));
  StringRef data = reader.remaining();
  if (data.size() != *bytes)
    return refuse(origin,
                  "holds " + llvm::Twine(data.size()) + " bytes of data, its shape needs " + llvm::Twine(*bytes));
  llvm::Expected<HostTensor> tensor = HostTensor::create(type->dtype, header.shape);
  if (!tensor)
    return tensor.takeError();
  if (header.fortranOrder)
    transposeFromFortran(*tensor, data.data(), tensor->bytes.data(), type->bytes());
  else
    tensor->bytes.assign(data.bytes_begin(), data.bytes_end());
  return tensor;
}

std::string llmc::tools::printNpy(const HostTensor &tensor) {
  const ElementType *type = findElementType(tensor.dtype);
  std::string header = "{'descr': '" + std::string(type ? type->npy : "|V1") + "', 'fortran_order': False, 'shape': (";
  for (size_t axis = 0; axis < tensor.shape.size(); ++axis)
    header += (axis ? " " : "") + std::to_string(tensor.shape[axis]) + ",";
  header += "), }";
  constexpr size_t alignment = 64;
  bool longHeader = header.size() > UINT16_MAX - 2 * alignment;
  size_t preamble = npyMagic.size() + 2 + (longHeader ? 4 : 2);
  header.append(alignment - 1 - (preamble + header.size()) % alignment, ' ');
  header += '\n';

  std::string contents = npyMagic.str();
  contents += longHeader ? '\2' : '\1';
  contents += '\0';
  for (size_t i = 0; i < (longHeader ? 4u : 2u); ++i)
    contents += static_cast<char>(header.size() >> (8 * i));
  contents += header;
  contents.append(reinterpret_cast<const char *>(tensor.bytes.data()), tensor.bytes.size());
  return contents;
}
