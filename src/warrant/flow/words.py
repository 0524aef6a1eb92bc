"""The words of Warrant, one meaning each: what `warrant explain WORD` prints."""

from __future__ import annotations

import difflib
import re
from types import MappingProxyType

from warrant.errors import InputError

WORDS = MappingProxyType(
    {
        "workspace": (
            "A folder with a recipe and a `.warrant/` directory, where everything about one "
            "model is kept."
        ),
        "recipe": (
            "The YAML file that says what to do: where the documents are, what the model "
            "answers, what must hold."
        ),
        "store": "Where bytes lie, each found by its SHA-256 digest. A changed byte is noticed.",
        "log": (
            "The append-only Merkle log of signed statements. What stands in it cannot be "
            "changed or taken out unseen."
        ),
        "record": (
            "A typed noun that crosses a wall between two parts of the program: a dataset, a "
            "claim, an evaluation."
        ),
        "stage": "A verb: ingest, curate, split, train, evaluate, report, deploy.",
        "step": "One run of a stage.",
        "content key": (
            "The digest of a step's stage, version, plug-ins, configuration and inputs. The "
            "same key means the same work: a step whose key is known is not computed again. "
            "The rules are asked every time all the same."
        ),
        "claim": "What a stage says it did. Signed and logged, it becomes a statement.",
        "statement": "A claim, or a person's act, signed with a key and entered into the log.",
        "document": (
            "What a person would call one: a file; of a table, one record; of an event log, "
            "one event."
        ),
        "row": (
            "One training unit. It has an id made from its document's digest and its place in it."
        ),
        "decision": "Why one row was changed, dropped or measured at one step.",
        "ledger": (
            "All decisions of a step. A row without a line was kept unchanged; kept and "
            "dropped add up to what came in."
        ),
        "fingerprint": (
            "One digest over all rows of a dataset, in order; the same rows give the same "
            "fingerprint on any machine."
        ),
        "guardrail": "One rule that must hold before a step runs.",
        "pack": "A folder of guardrails for a domain.",
        "domain": (
            "A folder of YAML and CSV for a field of work: guardrails, failure tests with their "
            "words, slices, questions for the card. No code."
        ),
        "failure test": (
            "A change of test rows, and what should come of it: the same answer, another one, a "
            "label that becomes more probable."
        ),
        "regime": "A legal or professional framework with numbered requirements.",
        "bundle": "One file with model, card, statements and proofs; anyone can check it offline.",
        "catalog": "The list of plug-ins by name; a plug-in is loaded when it is first used.",
        "registry": "People, credentials, claims about work, programmes (a later part of Warrant).",
        "explore": (
            "The first stage of use: everything runs, and every page says 'exploration: not "
            "for decisions'."
        ),
        "pilot": "The second stage of use: a small circle relies on the model, after one approval.",
        "production": "The third stage of use: the whole pack of guardrails must hold.",
        "salt": (
            "A secret random number per document, kept in the vault. Row proofs need it; "
            "deleting it erases the document's rows from every proof, while all other proofs "
            "still hold."
        ),
        "card": (
            "The page that says what a model is for, what it was made from and how well it does. "
            "Every figure names its evidence; what nobody answered stands there as open."
        ),
        "plan": (
            "What must be reached before deployment, signed before the result is known. "
            "`warrant run --plan` prints another plan: the steps in their order."
        ),
        "label": "The right answer for one row, as a person or a sheet gives it.",
        "metadata": (
            "What is known about a file and does not stand in it, such as its label or its case; "
            "it comes from a sheet."
        ),
        "sheet": (
            "A table (csv, tsv, xlsx, ods, parquet) with one line per file, joined to the files "
            "by name."
        ),
        "licence": (
            "Under which terms a source may be used: an SPDX id such as CC-BY-4.0, or the name of "
            "an agreement. What it allows stands beside it, under rights."
        ),
        "approval": (
            "A person's signed yes to exactly one bundle, for a stage of use. Other bytes need "
            "another approval; a rejection by the same person takes it back."
        ),
        "exception": (
            "A person's signed act that lets one guardrail pass for the rows of now, with a reason "
            "and possibly an end. Some guardrails nobody may except."
        ),
        "evaluation": (
            "The measurement of a model on rows that it never used: figures, their intervals, and "
            "the floor that is reached without a model."
        ),
        "split": "The division of the rows into training, validation and test, by seed.",
        "group": (
            "Rows that belong together, such as those of one contract or one patient. A split "
            "never divides a group."
        ),
        "trust": (
            "Whom you believe: the persons in `signers` and the logs in `log.policy` of your own "
            "trust folder. Nothing in a bundle can widen it."
        ),
        "proof": (
            "A small file that shows without the rest that an entry stands in a log, or a row in a "
            "signed dataset."
        ),
        "origin": (
            "Of a log: its name, made from its key; checkpoints and `log.policy` use it. Of a "
            "source: where its documents come from, in a sentence."
        ),
        "checkpoint": (
            "The signed head of the log: how many entries it has, and one digest over all of them."
        ),
        "sample": (
            "Some documents, the same ones each time, spread over sources and labels, to see "
            "whether a recipe works. All that is made of it says so; nobody can put it to use."
        ),
        "key": (
            "A person's signing key: a file that only she can open, with a passphrase. Her public "
            "half, `warrant key show`, is what others trust her statements by."
        ),
        "author": "The role of who makes a model: she runs the recipe, and writes the plan.",
        "reviewer": "The role of who checks the sources and their licences.",
        "approver": "The role of who says yes or no to a bundle; never only the author's own.",
        "operator": "The role of who runs a model for others, and may take it out of use.",
        "stage of use": "How much may hang on a model: explore, pilot or production.",
        "impact": (
            "What a wrong answer can do, low or high. A person answers it with a reason; a pack "
            "may raise it, never lower it."
        ),
        "rights": (
            "What the owner of a source allows: training, commercial use, until which day. What "
            "is left out counts as not answered. Where they are stated also consent, the day until "
            "which the documents may be kept, and where they may be processed."
        ),
        "input": "A column that a model reads: a text, a number, a category or a date.",
        "tier": (
            "How a model is trained: `linear`, `trees` where the columns matter more, `encoder` on "
            "a base model."
        ),
        "test set": (
            "The rows kept for the evaluation. A model never sees them; how often they were "
            "opened is counted, since each look makes a good result more likely by chance."
        ),
        "attempt": "One more evaluation of the same test set. The card says how many there were.",
        "interval": (
            "Where a figure would lie for most other test sets of this kind, 95 in 100: "
            "`0.63 [0.60, 0.66]`. With few rows it is wide."
        ),
        "floor": "The figure that is reached without a model, by always giving one answer.",
        "expectation": (
            "The author's own prediction of the result, signed before it is known: `expect` in "
            "the recipe."
        ),
        "calibration": (
            "How far probabilities can be taken at their word: of the answers given with 0.8, "
            "eight in ten should be right."
        ),
        "threshold": "The probability from which on a label is given; costs move it.",
        "slice": "The rows with one value of a column, measured apart.",
        "abstain": "To give no answer, with the reason, where the model has nothing to go by.",
        "leak": (
            "A column that tells the answer and will not be there when the model is asked: an id, "
            "a date after the outcome. A run stops at it, or keeps the reason in `leak_accepted`."
        ),
        "near duplicate": "A document that says nearly the same as another; they stay together.",
        "mask": (
            "To put a mark such as [EMAIL] in the place of personal data. The original goes to "
            "the vault."
        ),
        "recogniser": (
            "What finds personal data of some kinds in a text: by form, by a list, or learnt. "
            "How much it misses: warrant measure-privacy."
        ),
        "tagger": (
            "A recogniser that learns from rows in which a person marked personal data. It is "
            "kept nowhere, since its weights could tell names."
        ),
        "pseudonym": (
            "A code for a value, the same in all files, under a key of the vault. Rows with "
            "pseudonyms stay personal data."
        ),
        "quasi identifier": (
            "A column that tells nobody by itself, and together with others often does: ZIP code, "
            "age, day of admission."
        ),
        "k anonymity": (
            "Each row shares its quasi-identifiers with at least k - 1 others. l-diversity: each "
            "such class has at least l different sensitive values."
        ),
        "erase": (
            "To take a document out of all versions for ever, by deleting its salt and its "
            "cells. What it could not reach is listed."
        ),
        "receipt": "The small file beside answers: of which model, which input, under which root.",
        "witness": "Somebody else's server that signs a log's checkpoints, so that none is forked.",
        "vault": (
            "Where salts, the log's key and originals of masked values lie. Back it up: "
            "losing it ends row proofs and this log."
        ),
    }
)


def explain(word: str) -> str:
    """Give the meaning of a word.

    Args:
        word: any case.

    Returns:
        One or two sentences.

    Raises:
        InputError: for a word that is not ours, with the nearest one.
    """
    asked = " ".join(word.lower().split())
    for name in (asked, asked.removesuffix("s"), asked.removesuffix("es")):
        if name in WORDS:
            return WORDS[name]
    near = difflib.get_close_matches(asked, WORDS, n=1, cutoff=0.6) or _told_by(asked)
    advice = (
        f"Run: warrant explain {near[0]!r}" if near else f"Words there are: {', '.join(WORDS)}."
    )
    raise InputError(f"{word!r} is not one of our words.", do=advice)


def _told_by(word: str) -> list[str]:
    """List the words whose meaning uses a word that is not ours."""
    whole = re.compile(rf"(?<!\w){re.escape(word)}s?(?!\w)")
    return [name for name, meaning in WORDS.items() if whole.search(meaning.lower())][:1]


def shown_bytes(size: int) -> str:
    """Write a size: `812 kB`, `24 MB`, `3.1 GB`."""
    if size < 1_000_000:
        return f"{max(size, 0) / 1e3:.0f} kB"
    return f"{size / 1e6:,.0f} MB" if size < 1_000_000_000 else f"{size / 1e9:,.1f} GB"
