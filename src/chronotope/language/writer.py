"""Sentences of recommendation by a language model, held to the facts that it is given.

A model may word things better than a template, but it may also make things up. What it writes is
taken only if every name and number in it is among the facts; else the template speaks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from safetensors import SafetensorError

from chronotope.errors import EncoderError
from chronotope.language.address import refuse_secret
from chronotope.language.http import Endpoint
from chronotope.language.phrases import HAN, chinese_nouns, is_ordinary
from chronotope.language.profile import Language

_MAX_TOKENS = 120
_SENTENCES = 2
_LONGEST = 600
_SENTENCE = re.compile(r".+?(?:[.!?](?=\s|$)|[。！？]|$)", re.DOTALL)
_WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")
_QUOTED = re.compile(r"[“\"„«「《]([^”\"“»」》]+)[”\"“»」》]")


@dataclass(frozen=True)
class SentenceFacts:
    """All that a text may say: the moment in words, tags, and what is recommended with reasons."""

    moment: str
    tags: Sequence[str]
    items: Sequence[tuple[str, str, str]]
    """Name, kind and reasons of each recommended item, the best first."""

    @property
    def text(self) -> str:
        """All facts in one text, for the prompt and for looking names up."""
        lines = [f"{name} ({kind}): {why}" for name, kind, why in self.items]
        return "\n".join([self.moment, ", ".join(self.tags), *lines])


class Writer(Protocol):
    """Goes on with a text."""

    def write(self, prompt: str) -> str:
        """Return what comes after the prompt."""
        ...


def open_writer(spec: str) -> Writer:
    """Open a causal model: a local directory, a hub id, or an endpoint like `http://…/v1#model`.

    Raises EncoderError when it cannot be loaded or reached.
    """
    refuse_secret(spec)
    if re.match(r"https?://", spec):
        return _EndpointWriter(spec)
    try:
        import torch
        import transformers
    except ImportError as problem:
        raise EncoderError(
            f"The writer '{spec}' needs the package {problem.name}; install chronotope with its "
            "extra 'encoders': pip install 'chronotope[encoders]'."
        ) from None
    return _TransformersWriter(spec, torch, transformers)


def recommendation_text(
    facts: SentenceFacts, language: Language, writer: Writer | None = None
) -> tuple[str, Sequence[str]]:
    """Return two sentences, and the names for which a writer's own were rejected.

    Without a writer, and when it says nothing or names what is not among the facts, the sentences
    are the template's.
    """
    if not facts.items:
        return "", ()
    if writer:
        text = "".join(
            _SENTENCE.findall(writer.write(prompt(facts, language)).strip())[:_SENTENCES]
        )
        invented = unsupported(text, facts)
        if text.strip() and len(text) <= _LONGEST and not invented:
            return text.strip(), ()
        return template(facts, language), invented
    return template(facts, language), ()


def prompt(facts: SentenceFacts, language: Language) -> str:
    """Return what a writer is asked: the task, the facts, and nothing else."""
    tongue = {"en": "English", "zh": "Chinese"}[language]
    return (
        f"Write two short sentences in {tongue} that recommend the first places below to the user. "
        "Use only these facts, and no other name or number.\n\n"
        f"{facts.text}\n\nRecommendation:"
    )


def template(facts: SentenceFacts, language: Language) -> str:
    """Return the two sentences that need no model."""
    (name, kind, why), others = facts.items[0], [name for name, _, _ in facts.items[1:3]]
    if language == "zh":
        first = f"{facts.moment}，为您推荐{name}" + (f"（{kind}）" if kind else "")
        first += f"：{why}。" if why else "。"
        return first + (f"也可以去{'、'.join(others)}。" if others else "")
    first = f"{facts.moment}: {name}" + (f", {kind}" if kind else "")
    first += f" - {why}." if why else "."
    return first + (f" Or {' or '.join(others)}." if others else "")


def unsupported(text: str, facts: SentenceFacts) -> list[str]:
    """Return the names and numbers of a text that are not among the facts.

    A name is what is quoted, what has a capital or a digit, and in Chinese any noun; the first word
    of a sentence is one unless it is ordinary. When in doubt it is one: the template is safe.
    """
    known = facts.text.casefold()
    known_words = {match[0].casefold() for match in _WORD.finditer(facts.text)}
    names: dict[str, None] = {}
    for quoted in _QUOTED.findall(text):
        if quoted.strip(" .,。，").casefold() not in known:
            names[quoted] = None
    for sentence in _SENTENCE.findall(text):
        for number, match in enumerate(_WORD.finditer(sentence)):
            word = match[0]
            if HAN.search(word) or word.casefold() in known_words:
                continue
            is_name = any(c.isupper() or c.isdigit() for c in word)
            if is_name and not (number == 0 and is_ordinary(word)):
                names[word] = None
    if HAN.search(text):
        names |= dict.fromkeys(name for name in chinese_nouns(text) if name.casefold() not in known)
    return list(names)


class _EndpointWriter:
    def __init__(self, spec: str) -> None:
        address, _, self._model = spec.partition("#")
        self._endpoint = Endpoint(address, "chat/completions")

    def write(self, prompt: str) -> str:
        answer = self._endpoint.post(
            {
                "model": self._model,
                "messages": [{"role": "user", "content": prompt}],
                "max_tokens": _MAX_TOKENS,
                "temperature": 0,
            }
        )
        try:
            return str(answer["choices"][0]["message"]["content"])
        except (KeyError, IndexError, TypeError):
            raise EncoderError(
                f"{self._endpoint.url} does not answer in the OpenAI form of chats."
            ) from None


class _TransformersWriter:
    """The most likely words, one after the other, of a model with safetensors weights."""

    def __init__(self, spec: str, torch: Any, transformers: Any) -> None:
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                spec, trust_remote_code=False
            )
            self._model = transformers.AutoModelForCausalLM.from_pretrained(
                spec, trust_remote_code=False, use_safetensors=True
            )
        except (OSError, ValueError, SafetensorError) as problem:
            reason = str(problem).strip().partition("\n")[0]
            raise EncoderError(f"The writer '{spec}' cannot be loaded: {reason}") from None
        self._torch = torch
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = self._model.eval().to(self._device)

    def write(self, prompt: str) -> str:
        if self._tokenizer.chat_template:
            prompt = self._tokenizer.apply_chat_template(
                [{"role": "user", "content": prompt}], tokenize=False, add_generation_prompt=True
            )
        tokens = self._tokenizer(prompt, return_tensors="pt").to(self._device)
        tokens.pop("token_type_ids", None)
        with self._torch.inference_mode():
            output = self._model.generate(
                **tokens,
                max_new_tokens=_MAX_TOKENS,
                do_sample=False,
                pad_token_id=self._tokenizer.pad_token_id or self._tokenizer.eos_token_id,
            )
        answer = output[0, tokens["input_ids"].shape[1] :]
        return str(self._tokenizer.decode(answer, skip_special_tokens=True))
