"""llama.cpp, for graphs of Llamas: a model of the same shapes in its own format, with random weights of its own."""
from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Mapping, Sequence

from ..errors import NotRaced
from .peer import Peer

if TYPE_CHECKING:
    from ..feeds import Array


class LlamaCppQ8(Peer):
    """Weights of bytes in blocks of 32, which the left side is rounded to in each run. The past is its own cache, in f16."""

    name, title, precisions = "llama.cpp-q8", "llama.cpp Q8_0", ("int8",)
    modules, makers, form = ("llama_cpp",), ("gguf",), "model.gguf"
    speed_only = "speed only: other weights"
    quantization: ClassVar[str] = "Q8_0"

    def open(self) -> None:
        ids = self.feeds["input_ids"]
        if len(ids) != 1:
            raise NotRaced("it is raced with one text at a time")
        self.tokens = ids[0].tolist()
        self.past = self.feeds["attention_mask"].shape[1] - len(self.tokens)
        threads, most = self.entry.threads, self.past + len(self.tokens)
        library: Any = importlib.import_module("llama_cpp")
        self.llama = library.Llama(str(self.opened(self.entry)), n_ctx=most, n_batch=most, n_threads=threads,
                                   n_threads_batch=threads, logits_all=len(self.tokens) > 1, verbose=False)
        if self.past:
            self.llama.eval([self.tokens[0]] * self.past)

    def run(self) -> Any:
        self.llama.n_tokens = self.past  # what the last run appended goes
        self.llama.eval(self.tokens)

    def arrays(self, results: Any) -> dict[str, Array]:
        return {}

    def note(self) -> str:
        return "its cold start computes the past, which others are given" if self.past else ""

    @classmethod
    def make(cls, model: Path, calibration: Sequence[Mapping[str, Array]], folder: Path) -> None:
        facts = model.parent / "config.json"
        config = json.loads(facts.read_text()) if facts.exists() else {}
        if config.get("model_type") != "llama":
            raise NotRaced("it is raced with Llamas only, which the config.json beside the graph tells")
        gguf: Any = importlib.import_module("gguf")
        writer = gguf.GGUFWriter(folder / cls.form, "llama")
        _describe(writer, config)
        _add_vocabulary(writer, gguf.TokenType, config["vocab_size"])
        _add_weights(writer, gguf.quants, gguf.GGMLQuantizationType[cls.quantization], config)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


class LlamaCppQ4(LlamaCppQ8):
    """Weights of 4 bits in blocks of 32, with a scale and no zero; the left side is rounded to bytes."""

    name, title, precisions = "llama.cpp-q4", "llama.cpp Q4_0", ("int4",)
    quantization = "Q4_0"


def _describe(writer: Any, config: Mapping[str, Any]) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_vocab_size(config["vocab_size"])


def _add_vocabulary(writer: Any, kinds: Any, size: int) -> None:
    """Words that nobody reads: there is no model without."""
    special = [("<unk>", kinds.UNKNOWN), ("<s>", kinds.CONTROL), ("</s>", kinds.CONTROL)]
    byte_words = [(f"<0x{byte:02X}>", kinds.BYTE) for byte in range(256)]
    words = (special + byte_words + [(f"word{i}", kinds.NORMAL) for i in range(size)])[:size]
    writer.add_tokenizer_model("llama")
    writer.add_token_list([word for word, _ in words])
    writer.add_token_scores([0.0] * size)
    writer.add_token_types([int(kind) for _, kind in words])


def _add_weights(writer: Any, quants: Any, kind: Any, config: Mapping[str, Any]) -> None:
    """A row is what gives one element, as in PyTorch."""
    import numpy as np

    generator = np.random.default_rng(0)

    def add(name: str, rows: int, columns: int) -> None:
        values = generator.standard_normal((rows, columns), dtype=np.float32) * config["initializer_range"]
        writer.add_tensor(f"{name}.weight", quants.quantize(values, kind), raw_dtype=kind)

    def add_norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(hidden, np.float32))

    hidden, feed_forward = config["hidden_size"], config["intermediate_size"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    add("token_embd", config["vocab_size"], hidden)
    add("output", config["vocab_size"], hidden)
    add_norm("output_norm")
    for layer in range(config["num_hidden_layers"]):
        for name, rows, columns in (("attn_q", hidden, hidden), ("attn_k", keys, hidden), ("attn_v", keys, hidden),
                                    ("attn_output", hidden, hidden), ("ffn_gate", feed_forward, hidden),
                                    ("ffn_up", feed_forward, hidden), ("ffn_down", hidden, feed_forward)):
            add(f"blk.{layer}.{name}", rows, columns)
        add_norm(f"blk.{layer}.attn_norm")
        add_norm(f"blk.{layer}.ffn_norm")
