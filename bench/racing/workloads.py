"""What is raced: graphs, and sizes for them; one row each.

Graphs have random weights: times do not depend on their values, and nothing is downloaded.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping


@dataclass(frozen=True)
class Graph:
    """A model of transformers, as the classes are called there, and the ONNX graph that Optimum makes of it."""

    task: str
    model: str
    config: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    file: str = "model.onnx"
    part: str = ""  # where `file` is but a part of the model: its attribute, and the class that reads its weights
    part_class: str = ""
    vocabulary: int = 2


FEATURES, GENERATE = "feature-extraction", "text-generation-with-past"

GRAPHS = {
    "bert_base": Graph(FEATURES, "BertModel", "BertConfig", vocabulary=30522),
    "minilm_l6": Graph(FEATURES, "BertModel", "BertConfig", vocabulary=30522,
                       fields={"hidden_size": 384, "num_hidden_layers": 6, "num_attention_heads": 12,
                               "intermediate_size": 1536}),
    "vit_base": Graph("image-classification", "ViTForImageClassification", "ViTConfig", {"num_labels": 1000}),
    "whisper_tiny": Graph("automatic-speech-recognition", "WhisperForConditionalGeneration", "WhisperConfig",
                          file="encoder_model.onnx", part="model.encoder",
                          part_class="models.whisper.modeling_whisper.WhisperEncoder"),
    "gpt2": Graph(GENERATE, "GPT2LMHeadModel", "GPT2Config", vocabulary=50257),
    "llama_05b": Graph(GENERATE, "LlamaForCausalLM", "LlamaConfig", vocabulary=32000,
                       fields={"vocab_size": 32000, "hidden_size": 2048, "intermediate_size": 5632,
                               "num_hidden_layers": 9, "num_attention_heads": 32, "num_key_value_heads": 4,
                               "max_position_embeddings": 2048}),
}


@dataclass(frozen=True)
class Workload:
    """A graph and its sizes. The graph is a row of GRAPHS, or a file of the user's."""

    title: str
    graph: str
    dims: Mapping[str, int]
    file: Path | None = None


def batch(size: int, length: int) -> dict[str, int]:
    return {"batch_size": size, "sequence_length": length}


def token(number: int) -> dict[str, int]:
    """Generating the token of that number, the first being 1: all before it are in the past."""
    return batch(1, 1) | {"past_sequence_length": number - 1}


def prompt(length: int) -> dict[str, int]:
    return batch(1, length) | {"past_sequence_length": 0}


WORKLOADS = {
    "bert-base-b1": Workload("BERT-base, batch 1, 128 tokens", "bert_base", batch(1, 128)),
    "bert-base-b8": Workload("BERT-base, batch 8, 128 tokens", "bert_base", batch(8, 128)),
    "minilm-b1": Workload("MiniLM, batch 1, 64 tokens", "minilm_l6", batch(1, 64)),
    "minilm-b32": Workload("MiniLM, batch 32, 64 tokens", "minilm_l6", batch(32, 64)),
    "vit-base": Workload("ViT-base, one image", "vit_base", {"batch_size": 1, "height": 224, "width": 224}),
    "whisper-tiny-encoder": Workload("Whisper-tiny's encoder, 30 s", "whisper_tiny", {"batch_size": 1}),
    "gpt2-prefill-128": Workload("GPT-2, prompt of 128 tokens", "gpt2", prompt(128)),
    "gpt2-decode-128": Workload("GPT-2, token 128", "gpt2", token(128)),
    "gpt2-decode-1024": Workload("GPT-2, token 1024", "gpt2", token(1024)),
    "llama-0.5b-prefill-128": Workload("Llama 0.5B, prompt of 128 tokens", "llama_05b", prompt(128)),
    "llama-0.5b-decode-128": Workload("Llama 0.5B, token 128", "llama_05b", token(128)),
    "llama-0.5b-decode-1024": Workload("Llama 0.5B, token 1024", "llama_05b", token(1024)),
}


def of_file(path: Path, dims: Mapping[str, int]) -> Workload:
    """A graph of the user's."""
    return Workload(path.parent.name if path.stem == "model" else path.stem, "", dims, path)
