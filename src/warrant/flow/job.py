"""The main job: a recipe from its files to a bundle and a card."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, TypedDict

from warrant.flow.acts import questions
from warrant.flow.addition import card_name, model_name
from warrant.flow.dropped import STAGES, count_drops
from warrant.flow.estimate import forecast
from warrant.flow.large_clusters import large_clusters
from warrant.flow.plan import steps_of
from warrant.flow.release import write_bundle
from warrant.flow.report import Reporter, RunReport, Silent
from warrant.flow.run import Run
from warrant.flow.session import Desk
from warrant.flow.started import started
from warrant.flow.unread import list_unread, write_unread
from warrant.kernel.durable import write_file
from warrant.records.candidates import Candidate, candidates_of
from warrant.records.claim import Claim
from warrant.records.evaluation_2 import read_evaluation

if TYPE_CHECKING:
    from pathlib import Path

    from warrant.flow.recipe import Recipe
    from warrant.kernel.digest import Digest


class _Compared(TypedDict):
    """What the claims say besides the records."""

    cpu_ms_per_row: float | None
    candidates: tuple[Candidate, ...]
    declared_by: str | None
    warnings: tuple[str, ...]


def run_recipe(
    root: Path,
    recipe: Recipe,
    desk: Desk | None = None,
    key_name: str | None = None,
    reporter: Reporter | None = None,
    sample: int | None = None,
) -> RunReport:
    """Do all steps of a recipe; what is done already is kept, and policy is asked all the same.

    Args:
        root: the folder with the recipe.
        recipe: what to do.
        desk: where keys and trust lie; None: the reader's own.
        key_name: whose key signs; None when there is exactly one.
        reporter: told how far it is.
        sample: read only so many documents, spread over sources and labels, and mark all that is
            made of them; None: read all.

    Returns:
        What there is to say at the end.

    Raises:
        PolicyRefusal: if a guardrail stops a step; what was done until then is kept.
        Busy: if somebody else writes in this workspace.
    """
    desk = desk or Desk()
    reporter = reporter or Silent()
    started_at = desk.clock()
    with (
        started("warrant run", root, desk, key_name, reporter) as pen,
        closing(Run(pen, recipe, reporter, sample)) as run,
    ):
        store = run.workspace.store
        for planned in steps_of(recipe):
            run.step(planned)
            if planned.stage == "ingest":  # a run that stops later has it too
                write_unread(store, _read(run), root / _unread_name(run))
            if planned.stage == "report":  # whoever decides about deployment reads it first
                for output, suffix in (("card", ".md"), ("page", ".html")):
                    card = store.get(run.known.outputs[f"report/{output}"])
                    written = root / f"{card_name(run.sample)}{suffix}"
                    write_file(written, card, swept=False)
        target = root / f"{model_name(recipe, run.sample)}.bundle"
        made = run.known.outputs["deploy/bundle"]
        write_bundle(run.workspace, made, run.model_key, target)
        return _report(run, recipe, target, (desk.clock() - started_at).total_seconds())


def _report(run: Run, recipe: Recipe, target: Path, took_s: float) -> RunReport:
    workspace, known, expect = run.workspace, run.known, recipe.expect
    store = workspace.store
    claims = {stage: Claim.from_bytes(store.get(digest)) for stage, digest in known.claims.items()}
    unread = list_unread(store, _read(run))
    return RunReport(
        name=model_name(recipe, run.sample),
        stage_of_use=recipe.use.stage,
        training_rows=claims["train"].counts["rows"],
        sources=len(claims["ingest"].sources),
        dropped={one.words: one.rows for one in count_drops(store, _ledgers(run)).reasons},
        unread=sum(source.unread for source in claims["ingest"].sources),
        evaluation=read_evaluation(store.get(known.outputs["evaluate/evaluation"])),
        **_compared(run, claims),
        expected=(expect.metric, expect.value, expect.sure) if expect else None,
        bundle=target,
        bundle_digest=known.outputs["deploy/bundle"].hex,
        card=target.with_name(f"{card_name(run.sample)}.md"),
        page=target.with_name(f"{card_name(run.sample)}.html"),
        open_questions=tuple(one.name for one in questions(workspace) if not one.answered),
        notes=tuple(dict.fromkeys(run.notes)),
        left=tuple(
            (egress.host, egress.size, egress.purpose)
            for claim in claims.values()
            for egress in claim.left_this_machine
        ),
        computed=tuple(run.computed),
        fingerprints={
            link.name: link.fingerprint
            for stage in ("ingest", "curate", "split")
            for link in claims[stage].outputs
            if link.fingerprint
        },
        took_s=took_s,
        cost_usd=_cost(run, claims),
        files_without_line=sum(one.files_unmatched for one in claims["ingest"].sources),
        lines_without_file=sum(one.sheet_rows_unmatched for one in claims["ingest"].sources),
        sample=forecast(
            workspace,
            claims,
            run.took_s,
            run.files,
            [source.keep == "copy" for source in recipe.sources],
        )
        if run.sample
        else None,
        unread_problems=unread.problems,
        unread_records=unread.records,
        unread_parts=unread.parts,
        unread_list=_unread_name(run),
        without_text=claims["curate"].counts.get("no_text", 0),
        copies_with_another_label=claims["curate"].counts.get("duplicate_with_another_label", 0),
        unreadable_cells=tuple(
            (one.column, one.read_as, number)
            for one in recipe.reads
            if (number := claims["train"].counts.get(f"train_unreadable: {one.column}"))
        ),
        tables_beside_documents=claims["ingest"].counts.get("table_beside_documents", 0),
    )


def _cost(run: Run, claims: dict[str, Claim]) -> float:
    """Give what training cost now; nothing where it was done before."""
    return float(claims["train"].measures.get("cost_usd") or 0) if "train" in run.computed else 0.0


def _compared(run: Run, claims: dict[str, Claim]) -> _Compared:
    """Give what an answer takes, which tiers were compared, who declares, what is warned of."""
    took = claims["evaluate"].measures.get("cpu_ms_per_row")
    return {
        "cpu_ms_per_row": float(took) if isinstance(took, int | float) else None,
        "candidates": candidates_of(claims["train"].measures),
        "declared_by": _declared_by(claims["train"]),
        "warnings": (
            *run.warnings,
            *large_clusters(run.workspace.store, claims, run.known.outputs),
            *_not_read(claims["train"]),
            *_warned(claims["train"]),
        ),
    }


def _declared_by(train: Claim) -> str | None:
    found = train.measures.get("declared_by")
    return None if found is None else str(found)


def _not_read(claim: Claim) -> tuple[str, ...]:
    """Say that training left rows out for want of memory."""
    left, read = claim.counts.get("rows_not_read", 0), claim.counts["rows"]
    if not left:
        return ()
    return (
        f"{left:,} training rows were not read, {read:,} were: all would not fit into memory. To "
        "read more, write under train: most_characters: and a larger number.",
    )


def _warned(claim: Claim) -> tuple[str, ...]:
    """Give what training warned of before it began."""
    found = claim.measures.items()
    return tuple(str(told) for name, told in found if name.startswith("warning: "))


def _read(run: Run) -> dict[str, Digest]:
    """Give what ingest gave, kept from an earlier run or made now."""
    names = ("documents", "ledger", "unread")
    return {name: run.known.outputs[f"ingest/{name}"] for name in names}


def _ledgers(run: Run) -> dict[str, Digest]:
    return {stage: run.known.outputs[f"{stage}/ledger"] for stage in STAGES}


def _unread_name(run: Run) -> str:
    return "unread-sample.csv" if run.sample else "unread.csv"
