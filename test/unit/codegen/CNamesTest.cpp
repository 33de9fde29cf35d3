// Identifiers, comments and formulas of generated headers.
#include "compiler/codegen/artefact/CFormula.h"
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "gtest/gtest.h"

using namespace llmc;
using namespace llmc::codegen;

namespace {

TEST(CIdentifiers, KeepWhatIsOneAlready) {
  CIdentifiers names;
  EXPECT_EQ(names.add("input_ids"), "input_ids");
  EXPECT_EQ(names.add("/encoder/MatMul_output_0"), "encoder_MatMul_output_0");
  EXPECT_EQ(names.add("past_key_values.0.key"), "past_key_values_0_key");
}

TEST(CIdentifiers, DifferForDifferentNames) {
  CIdentifiers names({"status"});
  EXPECT_EQ(names.add("a b"), "a_b");
  EXPECT_EQ(names.add("a_b"), "a_b_2");
  EXPECT_EQ(names.add("a.b"), "a_b_3");
  EXPECT_EQ(names.add("status"), "status_2");
  EXPECT_EQ(names.add("y_dims"), "y_dims");
  EXPECT_EQ(names.add("y", {"_dims"}), "y_2") << "y_dims is taken";
}

TEST(CIdentifiers, AvoidWhatTheLanguagesReserve) {
  CIdentifiers names;
  EXPECT_EQ(names.add("int"), "int_");
  EXPECT_EQ(names.add("class"), "class_");
  EXPECT_EQ(names.add("LLMC_OK"), "LLMC_OK_");
  EXPECT_EQ(names.add("__x__y"), "x_y");
  EXPECT_EQ(names.add("0"), "t0");
  EXPECT_EQ(names.add("数"), "t");
}

TEST(CString, HoldsAnyText) {
  EXPECT_EQ(cString("past + seq"), "\"past + seq\"");
  EXPECT_EQ(cString("a\"b\\c?\n"), R"("a\042b\134c\077\012")");
}

TEST(CPrefix, CanStandBeforeAnyName) {
  EXPECT_EQ(cPrefix("bert-tiny.v2"), "bert_tiny_v2");
  EXPECT_EQ(cPrefix("2layer"), "model_2layer");
  EXPECT_EQ(cPrefix("llmc_context"), "model_llmc_context") << "its functions would be those of the API";
}

TEST(CComment, ClosesAndOpensNone) {
  EXPECT_EQ(cComment("a*/b/*c"), "a* /b/ *c");
  EXPECT_EQ(cComment("\n\\"), "<0a><5c>");
}

TEST(CFormulas, AreC) {
  CFormulas formulas("m", [](llvm::StringRef symbol) { return "p_" + symbol.str(); });
  EXPECT_EQ(formulas.text(*ir::DimExpr::parse("2 * batch * seq - 3")), "2 * p_batch * p_seq - 3");
  EXPECT_EQ(formulas.text(ir::DimExpr(0)), "0");
  EXPECT_EQ(formulas.text(ir::DimExpr(-7)), "-7");
  EXPECT_EQ(formulas.helpers(), "");
  EXPECT_EQ(formulas.text(*ir::DimExpr::parse("4 * floordiv(n, 3) + 1")), "4 * m_floordiv_(p_n, 3) + 1");
  EXPECT_EQ(formulas.helpers().substr(0, 36), "static inline int64_t m_floordiv_(in");
  EXPECT_EQ(formulas.helpers().find("m_mod_"), std::string::npos) << "only what is used";
}

} // namespace
