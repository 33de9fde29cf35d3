#!/usr/bin/env python3
"""Writes tiny random models of many architectures by real exporters, to find operators, spellings and sizes that the
compiler refuses or gets wrong. Nothing runs it automatically; `test/conformance/sizes.py LLMC FOLDER...` judges what it
writes. What an exporter can't do is printed and left out.

usage: export_tiny.py OUT_DIR [NAME...]      needs: torch, transformers, optimum[onnx], and onnxscript for dynamo_NAME
(PyPI); no model is downloaded
NAMES: those of MODELS (Optimum's exporter), and dynamo_NAME (torch.onnx's, for models that take input_ids or
pixel_values)
"""
import os
import sys
import traceback

os.environ["HF_HUB_OFFLINE"] = "1"
import torch
import transformers as T
from optimum.exporters.onnx import onnx_export_from_model

TEXT = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=132, vocab_size=503,
            max_position_embeddings=128)
KEYS = dict(TEXT, num_key_value_heads=2)
IMAGE = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=132, image_size=32,
             patch_size=8)
SPEECH = dict(hidden_size=64, num_hidden_layers=2, num_attention_heads=4, intermediate_size=132, vocab_size=31,
              conv_dim=(32, 32), conv_kernel=(10, 3), conv_stride=(5, 2), num_feat_extract_layers=2,
              num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=4)
BARD = dict(vocab_size=503, d_model=64, encoder_layers=2, decoder_layers=1, encoder_attention_heads=4,
            decoder_attention_heads=4, encoder_ffn_dim=132, decoder_ffn_dim=132, max_position_embeddings=128)
GENERATE, FEATURES = "text-generation-with-past", "feature-extraction"


def model(task, kind, config, **fields):
    """A factory: classes by name, since versions of transformers have different ones."""
    return task, lambda: getattr(T, kind)(getattr(T, config)(**fields))


MODELS = {
    "gpt_neox": model(GENERATE, "GPTNeoXForCausalLM", "GPTNeoXConfig", **TEXT),
    "gptj": model(GENERATE, "GPTJForCausalLM", "GPTJConfig", vocab_size=503, n_positions=128, n_embd=64, n_layer=2,
                  n_head=4, rotary_dim=8),
    "gpt_neo": model(GENERATE, "GPTNeoForCausalLM", "GPTNeoConfig", vocab_size=503, max_position_embeddings=128,
                     hidden_size=64, num_layers=2, num_heads=4, attention_types=[[["global", "local"], 1]],
                     window_size=8),
    "gpt_bigcode": model(GENERATE, "GPTBigCodeForCausalLM", "GPTBigCodeConfig", vocab_size=503, n_positions=128,
                         n_embd=64, n_layer=2, n_head=4),
    "phi": model(GENERATE, "PhiForCausalLM", "PhiConfig", **TEXT),
    "phi3": model(GENERATE, "Phi3ForCausalLM", "Phi3Config", pad_token_id=0, **KEYS),
    "falcon": model(GENERATE, "FalconForCausalLM", "FalconConfig", vocab_size=503, hidden_size=64, num_hidden_layers=2,
                    num_attention_heads=4, multi_query=True, parallel_attn=True, alibi=False),
    "gemma": model(GENERATE, "GemmaForCausalLM", "GemmaConfig", head_dim=16, **KEYS),
    "gemma2": model(GENERATE, "Gemma2ForCausalLM", "Gemma2Config", head_dim=16, sliding_window=8,
                    query_pre_attn_scalar=16, **KEYS),
    "gemma3": model(GENERATE, "Gemma3ForCausalLM", "Gemma3TextConfig", head_dim=16, sliding_window=8,
                    query_pre_attn_scalar=16, **KEYS),
    "qwen3": model(GENERATE, "Qwen3ForCausalLM", "Qwen3Config", head_dim=16, **KEYS),
    "qwen3_moe": model(GENERATE, "Qwen3MoeForCausalLM", "Qwen3MoeConfig", head_dim=16, num_experts=4,
                       num_experts_per_tok=2, moe_intermediate_size=32, **KEYS),
    "mistral_window": model(GENERATE, "MistralForCausalLM", "MistralConfig", sliding_window=5, **KEYS),
    "granite": model(GENERATE, "GraniteForCausalLM", "GraniteConfig", **KEYS),
    "olmo2": model(GENERATE, "Olmo2ForCausalLM", "Olmo2Config", pad_token_id=0, **KEYS),
    "smollm3": model(GENERATE, "SmolLM3ForCausalLM", "SmolLM3Config", pad_token_id=0, **KEYS),
    "opt": model(GENERATE, "OPTForCausalLM", "OPTConfig", vocab_size=503, hidden_size=64, num_hidden_layers=2,
                 num_attention_heads=4, ffn_dim=132, max_position_embeddings=128, word_embed_proj_dim=64),
    "bloom": model(GENERATE, "BloomForCausalLM", "BloomConfig", vocab_size=503, hidden_size=64, n_layer=2, n_head=4),
    "mpt": model(GENERATE, "MptForCausalLM", "MptConfig", vocab_size=503, d_model=64, n_layers=2, n_heads=4,
                 max_seq_len=128),
    "stablelm": model(GENERATE, "StableLmForCausalLM", "StableLmConfig", **KEYS),
    "cohere": model(GENERATE, "CohereForCausalLM", "CohereConfig", **KEYS),
    "codegen": model(GENERATE, "CodeGenForCausalLM", "CodeGenConfig", vocab_size=503, n_positions=128, n_embd=64,
                     n_layer=2, n_head=4, rotary_dim=8),
    "roberta": model(FEATURES, "RobertaModel", "RobertaConfig", **TEXT),
    "xlm_roberta": model("token-classification", "XLMRobertaForTokenClassification", "XLMRobertaConfig", **TEXT),
    "camembert": model("fill-mask", "CamembertForMaskedLM", "CamembertConfig", **TEXT),
    "albert": model(FEATURES, "AlbertModel", "AlbertConfig", embedding_size=32, **TEXT),
    "electra": model(FEATURES, "ElectraModel", "ElectraConfig", embedding_size=32, **TEXT),
    "deberta_v2": model(FEATURES, "DebertaV2Model", "DebertaV2Config", relative_attention=True, position_buckets=16,
                        pos_att_type=["p2c", "c2p"], **TEXT),
    "mpnet": model(FEATURES, "MPNetModel", "MPNetConfig", **TEXT),
    "minilm": model(FEATURES, "BertModel", "BertConfig", **TEXT),
    "mobilebert": model(FEATURES, "MobileBertModel", "MobileBertConfig", embedding_size=32, intra_bottleneck_size=32,
                        **TEXT),
    "roformer": model(FEATURES, "RoFormerModel", "RoFormerConfig", **TEXT),
    "squeezebert": model(FEATURES, "SqueezeBertModel", "SqueezeBertConfig", embedding_size=64, **TEXT),
    "flaubert": model(FEATURES, "FlaubertModel", "FlaubertConfig", vocab_size=503, emb_dim=64, n_layers=2, n_heads=4),
    "modernbert": model(FEATURES, "ModernBertModel", "ModernBertConfig", local_attention=8, pad_token_id=0, **TEXT),
    "bart": model(FEATURES, "BartModel", "BartConfig", **BARD),
    "mbart": model(FEATURES, "MBartModel", "MBartConfig", **BARD),
    "pegasus": model("text2text-generation-with-past", "PegasusForConditionalGeneration", "PegasusConfig", **BARD),
    "t5": model("text2text-generation-with-past", "T5ForConditionalGeneration", "T5Config", vocab_size=503, d_model=64,
                d_kv=16, d_ff=132, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu"),
    "deit": model("image-classification", "DeiTForImageClassification", "DeiTConfig", **IMAGE),
    "beit": model("image-classification", "BeitForImageClassification", "BeitConfig", use_relative_position_bias=True,
                  **IMAGE),
    "swin": model("image-classification", "SwinForImageClassification", "SwinConfig", image_size=32, patch_size=2,
                  embed_dim=16, depths=[2, 2], num_heads=[2, 4], window_size=4),
    "dinov2": model(FEATURES, "Dinov2Model", "Dinov2Config", **IMAGE),
    "convnext": model("image-classification", "ConvNextForImageClassification", "ConvNextConfig", image_size=32,
                      depths=[1, 1], hidden_sizes=[16, 32], num_stages=2),
    "segformer": model("image-classification", "SegformerForImageClassification", "SegformerConfig", depths=[1, 1],
                       hidden_sizes=[16, 32], num_encoder_blocks=2, num_attention_heads=[1, 2], sr_ratios=[2, 1],
                       patch_sizes=[3, 3], strides=[2, 2], mlp_ratios=[2, 2]),
    "mobilevit": model("image-classification", "MobileViTForImageClassification", "MobileViTConfig", image_size=64),
    "clip": ("zero-shot-image-classification", lambda: T.CLIPModel(T.CLIPConfig(
        text_config=dict(TEXT, projection_dim=32), vision_config=dict(IMAGE, projection_dim=32), projection_dim=32))),
    "clip_text": model(FEATURES, "CLIPTextModelWithProjection", "CLIPTextConfig", projection_dim=32, **TEXT),
    "wav2vec2": model("automatic-speech-recognition", "Wav2Vec2ForCTC", "Wav2Vec2Config", **SPEECH),
    "hubert": model(FEATURES, "HubertModel", "HubertConfig", **SPEECH),
    "whisper": model("automatic-speech-recognition", "WhisperForConditionalGeneration", "WhisperConfig", vocab_size=503,
                     d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
                     decoder_attention_heads=4, encoder_ffn_dim=132, decoder_ffn_dim=132, max_source_positions=50,
                     num_mel_bins=20, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1),
    "ast": model("audio-classification", "ASTForAudioClassification", "ASTConfig", max_length=64, num_mel_bins=32,
                 **{key: value for key, value in IMAGE.items() if key != "image_size"}),
}


def export_dynamo(name, folder):
    net = MODELS[name][1]().eval()
    net.config.use_cache = False
    net.config.return_dict = True
    batch = torch.export.Dim("batch")
    if "pixel_values" in net.main_input_name:
        feeds, shapes = {"pixel_values": torch.randn(2, 3, 32, 32)}, {"pixel_values": {0: batch}}
    else:
        seq = torch.export.Dim("seq")
        ids = torch.randint(3, 500, (2, 9))
        feeds = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        shapes = {key: {0: batch, 1: seq} for key in feeds}
    os.makedirs(folder, exist_ok=True)
    torch.onnx.export(net, (), os.path.join(folder, "model.onnx"), kwargs=feeds, dynamic_shapes=shapes, dynamo=True,
                      opset_version=18, external_data=False)


def main():
    out, names = sys.argv[1], sys.argv[2:] or list(MODELS)
    for name in names:
        torch.manual_seed(0)
        folder = os.path.join(out, name)
        try:
            if name.startswith("dynamo_"):
                export_dynamo(name[len("dynamo_"):], folder)
            else:
                task, make = MODELS[name]
                onnx_export_from_model(make().eval(), folder, task=task, opset=18, do_validation=False)
            print(name, sorted(file for file in os.listdir(folder) if file.endswith(".onnx")), flush=True)
        except Exception as error:
            print(name, "LEFT OUT:", "".join(traceback.format_exception_only(error))[:300].replace("\n", " "), flush=True)


if __name__ == "__main__":
    main()
