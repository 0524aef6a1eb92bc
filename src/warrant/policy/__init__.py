"""Policy decides: facts in, one decision out.

```python
packs = load_packs(["core"])
decision = decide(rules_of(packs), facts, "train", raised(use, packs))
if not decision.allowed:
    raise refusal(decision)
```

It reads pack files and nothing else; it never signs, logs, or asks the clock (`now` is a fact).
A rule passes only by a yes: whatever is missing, unreadable or of the wrong type is a no.
"""

from warrant.policy.decide import Decision, Outcome, Use, decide, explain, refusal
from warrant.policy.facts import (
    FACTS,
    NEVER,
    NOT_ANSWERED,
    Exemption,
    Fact,
    Facts,
    exemption_of,
    source_facts,
)
from warrant.policy.judge import Answer, Judgement
from warrant.policy.pack import PACKS, Pack, describe, load_pack, load_packs, raised, rules_of
from warrant.policy.rule import STAGES, STEPS, Rule

__all__ = [
    "FACTS",
    "NEVER",
    "NOT_ANSWERED",
    "PACKS",
    "STAGES",
    "STEPS",
    "Answer",
    "Decision",
    "Exemption",
    "Fact",
    "Facts",
    "Judgement",
    "Outcome",
    "Pack",
    "Rule",
    "Use",
    "decide",
    "describe",
    "exemption_of",
    "explain",
    "load_pack",
    "load_packs",
    "raised",
    "refusal",
    "rules_of",
    "source_facts",
]
