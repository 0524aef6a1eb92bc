"""Every command: its section, its one-line help, and where it is loaded from when it is called."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import typer

Loaded: TypeAlias = "typer.Typer | Callable[..., None]"
"""A command with commands of its own, or one function."""

MAKE = "Make"
CHECK = "Check"
DECIDE = "Decide"
KEEP = "Keep"
LEARN = "Learn"
SECTIONS = (MAKE, CHECK, DECIDE, KEEP, LEARN)
"""In the order of the help."""


class Command(NamedTuple):
    """One line of the help."""

    section: str
    """One of `SECTIONS`."""
    line: str
    """What it does; the first line of its docstring, without the full stop."""
    load: Callable[[], Loaded]
    """Imports its module."""


def _new() -> Loaded:
    from warrant.cli.new import new

    return new


def _run() -> Loaded:
    from warrant.cli.run import run

    return run


def _plan() -> Loaded:
    from warrant.cli.plan import plan

    return plan


def _train() -> Loaded:
    from warrant.cli.train import train

    return train


def _demo() -> Loaded:
    from warrant.cli.demo import demo

    return demo


def _verify() -> Loaded:
    from warrant.cli.verify import verify

    return verify


def _why() -> Loaded:
    from warrant.cli.why import why

    return why


def _investigate() -> Loaded:
    from warrant.cli.investigate import investigate

    return investigate


def _compare() -> Loaded:
    from warrant.cli.compare import compare

    return compare


def _evaluate() -> Loaded:
    from warrant.cli.evaluate import evaluate

    return evaluate


def _reproduce() -> Loaded:
    from warrant.cli.reproduce import reproduce

    return reproduce


def _trace() -> Loaded:
    from warrant.cli.trace import trace

    return trace


def _prove() -> Loaded:
    from warrant.cli.prove import prove

    return prove


def _predict() -> Loaded:
    from warrant.cli.predict import predict

    return predict


def _serve() -> Loaded:
    from warrant.cli.serve import serve

    return serve


def _status() -> Loaded:
    from warrant.cli.status import status

    return status


def _dataset() -> Loaded:
    from warrant.cli.dataset import dataset

    return dataset


def _log() -> Loaded:
    from warrant.cli.log import log

    return log


def _card() -> Loaded:
    from warrant.cli.card import card

    return card


def _approve() -> Loaded:
    from warrant.cli.approval import approve

    return approve


def _reject() -> Loaded:
    from warrant.cli.approval import reject

    return reject


def _decide() -> Loaded:
    from warrant.cli.decision import decide

    return decide


def _revoke() -> Loaded:
    from warrant.cli.revoke import revoke

    return revoke


def _except() -> Loaded:
    from warrant.cli.exemption import except_

    return except_


def _guardrails() -> Loaded:
    from warrant.cli.guardrails import guardrails

    return guardrails


def _erase() -> Loaded:
    from warrant.cli.erase import erase

    return erase


def _key() -> Loaded:
    from warrant.cli.key import key

    return key


def _backup() -> Loaded:
    from warrant.cli.backup import backup

    return backup


def _sites() -> Loaded:
    from warrant.cli.sites import sites

    return sites


def _agreements() -> Loaded:
    from warrant.cli.agreements import agreements

    return agreements


def _what_if() -> Loaded:
    from warrant.cli.agreements import what_if

    return what_if


def _end() -> Loaded:
    from warrant.cli.agreements import end

    return end


def _rebuild() -> Loaded:
    from warrant.cli.rebuild import rebuild

    return rebuild


def _measure_privacy() -> Loaded:
    from warrant.cli.measure_privacy import measure_privacy

    return measure_privacy


def _advise() -> Loaded:
    from warrant.cli.advise import advise

    return advise


def _test() -> Loaded:
    from warrant.cli.failing import failing

    return failing


def _domain() -> Loaded:
    from warrant.cli.domain import domain

    return domain


def _adopt() -> Loaded:
    from warrant.cli.adopt import adopt

    return adopt


def _doctor() -> Loaded:
    from warrant.cli.doctor import doctor

    return doctor


def _explain() -> Loaded:
    from warrant.cli.explain import explain

    return explain


COMMANDS = MappingProxyType(
    {
        "new": Command(MAKE, "Write a recipe for a folder or a table; each guess is shown", _new),
        "run": Command(MAKE, "Do what the recipe says; skip what is done", _run),
        "plan": Command(MAKE, "Say what a run would do, or what it would cost", _plan),
        "train": Command(MAKE, "Do a recipe up to its model, here or on another machine", _train),
        "adopt": Command(
            MAKE,
            "Govern a model that was trained elsewhere; facts are declared",
            _adopt,
        ),
        "predict": Command(
            MAKE, "Answer every document of a folder, or every line of a table", _predict
        ),
        "serve": Command(
            MAKE, "Answer rows over HTTP on this machine, with a page to try it", _serve
        ),
        "status": Command(MAKE, "Say what is done, what was dropped, what is open", _status),
        "verify": Command(CHECK, "Say whether every claim holds, and who signed it", _verify),
        "why": Command(CHECK, "Say why a row or file was kept or dropped", _why),
        "investigate": Command(
            CHECK,
            "Look into one answer: what decided it, which rows did it, and the likely cause",
            _investigate,
        ),
        "compare": Command(
            CHECK,
            "Compare two releases: answers that flip, with tests, and how they were made",
            _compare,
        ),
        "evaluate": Command(
            CHECK,
            "Measure a bundle on rows of your own, and sign the result with your own key",
            _evaluate,
        ),
        "reproduce": Command(
            CHECK,
            "Make a bundle again from its signed settings, and compare step by step",
            _reproduce,
        ),
        "trace": Command(CHECK, "Say which datasets, models and bundles hold a record", _trace),
        "prove": Command(CHECK, "Prove that something is, or is not, in a dataset", _prove),
        "dataset": Command(CHECK, "List, compare and export the versions of the data", _dataset),
        "advise": Command(
            CHECK, "Say what rows to get next, and which labels are probably wrong", _advise
        ),
        "measure-privacy": Command(
            CHECK,
            "Measure what recognisers find, or how well a table hides its rows",
            _measure_privacy,
        ),
        "test": Command(CHECK, "Show rows on which failure tests fail; nothing is kept", _test),
        "sites": Command(CHECK, "Test each site by a model of all others", _sites),
        "log": Command(CHECK, "Look into the log of signed statements", _log),
        "card": Command(DECIDE, "Show the open questions of the card, or answer one", _card),
        "approve": Command(DECIDE, "Approve the bundle with your own key", _approve),
        "reject": Command(DECIDE, "Reject the bundle with your own key", _reject),
        "decide": Command(DECIDE, "Decide whether the bundle is used, with your own key", _decide),
        "except": Command(DECIDE, "Except one guardrail, with a reason and an end", _except),
        "revoke": Command(DECIDE, "Take back a statement; the log keeps both", _revoke),
        "guardrails": Command(DECIDE, "List what must hold before each step", _guardrails),
        "domain": Command(
            DECIDE, "Begin a domain of your own in YAML and CSV, and try it out", _domain
        ),
        "agreements": Command(
            DECIDE, "List agreements, what is held under each, what is owed", _agreements
        ),
        "what-if": Command(
            DECIDE, "Count the rows and labels that would go without an agreement", _what_if
        ),
        "end": Command(KEEP, "Erase what only this agreement allowed; certify it", _end),
        "erase": Command(KEEP, "Erase a file and its rows; all other proofs hold", _erase),
        "key": Command(KEEP, "Make, show, keep and replace keys", _key),
        "backup": Command(KEEP, "Copy everything that cannot be made again", _backup),
        "rebuild": Command(KEEP, "Make the look-up tables again from store and log", _rebuild),
        "doctor": Command(KEEP, "Say what is wrong with this installation or workspace", _doctor),
        "explain": Command(LEARN, "Say what a word of Warrant means", _explain),
        "demo": Command(LEARN, "Show the whole job on invented contracts", _demo),
    }
)
"""By name."""
