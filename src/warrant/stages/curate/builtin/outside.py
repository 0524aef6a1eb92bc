"""Recognisers of other libraries: Presidio, and any token classifier of transformers.

Neither is loaded before a recipe names it, and neither may fetch anything: models lie in a folder
beside the recipe, or are installed. What they find is named by our kinds where they are the same.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from warrant.errors import InputError, MissingExtra
from warrant.stages.curate.recogniser import Kind, Span
from warrant.stages.curate.tagging.fit import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

VERSION = "1"
"""Raised whenever the same text may give other spans."""

_SAME: dict[str, Kind] = {
    "EMAIL_ADDRESS": Kind("email", "E-mail addresses", "partly", "F", "online_identifier"),
    "PHONE_NUMBER": Kind("phone", "Phone and fax numbers", "partly", "DE", "identification_number"),
    "CREDIT_CARD": Kind("card", "Payment card numbers", "partly", "J", "identification_number"),
    "IBAN_CODE": Kind("iban", "Bank accounts as IBAN", "partly", "J", "identification_number"),
    "US_SSN": Kind("ssn", "Social security numbers", "partly", "G", "identification_number"),
    "IP_ADDRESS": Kind("ip", "IP addresses", "partly", "O", "online_identifier"),
    "URL": Kind("url", "Web addresses", "partly", "N", "online_identifier"),
    "PERSON": Kind("name", "Names of people", "partly", "A", "name"),
    "LOCATION": Kind("address", "Postal addresses and places", "partly", "B", "location"),
    "DATE_TIME": Kind("date", "Days and times", "partly", "C", "factor"),
    "NRP": Kind("special_category", "Nationality, faith, party", "partly", "", "special_category"),
}  # fmt: skip
"""Presidio's entities that are kinds of ours."""
_SHORT = {"PER": "PERSON", "LOC": "LOCATION", "DATE": "DATE_TIME"}
"""Labels of token classifiers that mean the same."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_PREFIX = re.compile(r"^[BIESLU]-")


class Presidio:
    """Asks Presidio; see `Recogniser` for the methods.

    Args:
        language: of the texts, two letters.
        model: an installed spaCy pipeline that finds names; None: patterns alone.
        least: spans that Presidio is less sure of are left, 0 to 1.

    Raises:
        MissingExtra: when Presidio is not installed.
        InputError: when the pipeline is not.
    """

    def __init__(self, language: str = "en", model: str | None = None, least: float = 0.3) -> None:
        if _is_missing("presidio_analyzer"):
            raise MissingExtra.named("presidio", "The recogniser 'presidio'")
        if model is not None and _is_missing(model):
            raise InputError(
                f"The spaCy pipeline {model!r} is not installed, and nothing is fetched.",
                do=f"Install it (python -m spacy download {model}), or take out `model`.",
            )
        self._language, self._least = language, least
        self._engine = _presidio(language, model)
        names = sorted(self._engine.get_supported_entities(language))
        self._kinds = {name: _kind(name, {}) for name in names}
        self.kinds = _each_once(self._kinds.values())

    def find(self, text: str) -> Iterator[Span]:
        """Find what Presidio finds."""
        if not text.strip():
            return
        safe = _SURROGATE.sub("?", text)
        for one in self._engine.analyze(
            text=safe, language=self._language, score_threshold=self._least
        ):
            if one.entity_type in self._kinds and one.start < one.end:
                yield Span(one.start, one.end, self._kinds[one.entity_type].name)


class TokenClassifier:
    """Asks a token classifier of transformers; see `Recogniser` for the methods.

    Args:
        folder: what the path of the model starts from.
        model: a folder with configuration, tokenizer and weights as safetensors.
        labels: kinds by label, where they shall be named otherwise.
        digest: of the folder's files; a run adds it to the settings.

    Raises:
        MissingExtra: when transformers is not installed.
        InputError: when there is no such folder.
    """

    reads_files = True
    """It is made once the recipe's folder is known."""

    def __init__(
        self,
        folder: Path,
        model: str,
        labels: Mapping[str, str] | None = None,
        digest: str = "",  # noqa: ARG002 - part of the settings
    ) -> None:
        if _is_missing("transformers"):
            raise MissingExtra.named("encoder", "The recogniser 'token_classifier'")
        place = folder / model
        if not (place / "config.json").is_file():
            raise InputError(
                f"There is no token classifier at {model!r}.",
                do="Name a folder with config.json, tokenizer and model.safetensors.",
            )
        self._ask = _pipeline(str(place))
        told = {_PREFIX.sub("", one) for one in self._ask.model.config.id2label.values()} - {"O"}
        self._kinds = {name: _kind(name, labels or {}) for name in sorted(told)}
        self.kinds = _each_once(self._kinds.values())

    def find(self, text: str) -> Iterator[Span]:
        """Find what the classifier finds, in whole words."""
        if not text.strip():
            return
        for one in self._ask(_SURROGATE.sub("?", text)):
            start, end = one["start"], one["end"]
            while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
                start -= 1
            while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
                end += 1
            if start < end and one["entity_group"] in self._kinds:
                yield Span(start, end, self._kinds[one["entity_group"]].name)


def _is_missing(module: str) -> bool:
    try:
        return find_spec(module) is None
    except ValueError:  # a module that was switched off
        return True


def _kind(label: str, labels: Mapping[str, str]) -> Kind:
    if label in labels:
        return Kind(labels[label], f"What the recogniser calls {label}", "partly")
    same = _SAME.get(_SHORT.get(label, label))
    return same or Kind(kind_of(label), f"What the recogniser calls {label}", "partly")


def _each_once(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    return tuple({kind.name: kind for kind in kinds}.values())


def _presidio(language: str, model: str | None) -> Any:  # noqa: ANN401 - an optional library
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider, SpacyNlpEngine

    if model is not None:
        models = [{"lang_code": language, "model_name": model}]
        settings = {"nlp_engine_name": "spacy", "models": models}
        engine = NlpEngineProvider(nlp_configuration=settings).create_engine()
    else:
        import spacy

        # Presidio's own would fetch a pipeline from the net.
        engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": "blank"}])
        engine.nlp = {language: spacy.blank(language)}
    return AnalyzerEngine(nlp_engine=engine, supported_languages=[language])


def _pipeline(place: str) -> Any:  # noqa: ANN401 - an optional library
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

    tokenizer = AutoTokenizer.from_pretrained(place, local_files_only=True)
    network = AutoModelForTokenClassification.from_pretrained(
        place, local_files_only=True, use_safetensors=True
    )
    most = getattr(network.config, "max_position_embeddings", 512)
    tokenizer.model_max_length = min(tokenizer.model_max_length, most)
    return pipeline(
        "token-classification",
        model=network,
        tokenizer=tokenizer,
        aggregation_strategy="simple",
        stride=min(64, tokenizer.model_max_length // 4),  # longer texts are read in pieces
        device=-1,
    )
