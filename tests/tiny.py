"""A causal model of a few words and layers, made in the test, with the tokenizer that it needs."""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast


def make(
    folder: Path, words: Sequence[str], *, width: int, layers: int, padding: str = "right"
) -> tuple[PreTrainedTokenizerFast, LlamaForCausalLM]:
    """Return an untrained model; its tokenizer, which cuts at blanks, is saved to the folder."""
    vocabulary = ["<unk>", "</s>", *words]
    tokenizer = Tokenizer(
        models.WordLevel({word: n for n, word in enumerate(vocabulary)}, unk_token="<unk>")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", eos_token="</s>", padding_side=padding
    )
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary),
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=layers,
            num_attention_heads=2,
            max_position_embeddings=256,
            eos_token_id=1,
            bos_token_id=None,
        )
    )
    return fast, model
