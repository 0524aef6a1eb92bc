"""Invented texts: a few topics, the words of each, and words that say nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass

TOPICS = (
    {
        "lease": "tenant rent premises landlord deposit sublet floor keys repairs eviction "
        "furnished balcony heating utilities basement storage",
        "loan": "borrower interest principal lender repay instalment bank collateral maturity "
        "default arrears covenant drawdown guarantor refinance amortised",
        "supply": "goods deliver warehouse pallet freight invoice carrier customs batch cargo "
        "packaging shipment consignment dispatch container inventory",
    },
    {
        "billing": "charged card statement payment refund receipt fee balance overcharged debit "
        "voucher subscription renewal cancelled currency surcharge",
        "outage": "server timeout crashed restart latency network unreachable error router "
        "reboot disconnected firmware signal bandwidth packet firewall",
        "access": "password login locked reset token username account authenticator expired "
        "permission profile verification code signin credentials admin",
    },
    {
        "hiring": "candidate vacancy salary interview onboarding probation recruiter resume "
        "references relocation shortlist applicant hire role notice bonus",
        "travel": "flight hotel itinerary visa booking luggage airport fare train taxi mileage "
        "passport boarding layover reservation departure",
        "safety": "helmet incident injury ladder evacuation drill hazard spill goggles gloves "
        "inspection alarm extinguisher scaffold fumes barrier",
    },
    {
        "claims": "policyholder adjuster damage premium deductible insured collision estimate "
        "hail theft settlement coverage liability appraisal windscreen flood",
        "prescribing": "dosage tablet pharmacy refill capsule prescriber allergy formulary "
        "dispense generic inhaler ointment syrup antibiotic interaction daily",
        "scheduling": "appointment clinic reschedule slot calendar waitlist reminder walkin "
        "referral desk arrival booking cancel morning afternoon weekday",
    },
)
"""Each a small field; the last two stand only in held-back seeds."""

SUBJECTS = (
    "greenhouse trellis seedling compost orchard pruning nursery",
    "aquarium filter coral tank feeding algae salinity",
    "bakery oven dough yeast proofing flour crust",
    "observatory telescope mirror dome eclipse lens tripod",
    "foundry mould casting furnace alloy smelter ingot",
    "theatre stage curtain props costume rehearsal lighting",
    "vineyard harvest barrel cellar grape bottling cork",
    "workshop lathe chisel varnish plywood clamp sawdust",
)
"""Words of a matter that only a few rows are about."""

_FILLER = (
    "the a of and to in for with on by from this that it is are was has have be as at or not we "
    "they you please note about when where which there here will would should could may can after "
    "before during between also further every each other same such only then than more most"
)
FILLER = tuple(_FILLER.split())

FIRST_NAMES = ("alder", "birch", "cedar", "elm", "fir", "hazel", "larch", "maple")


@dataclass(frozen=True)
class World:
    """What one seed's texts are made of."""

    rng: random.Random
    """The one source of chance."""
    topics: dict[str, list[str]]
    """Words by label."""
    subject: list[str]
    """Words of a rare matter."""

    @property
    def labels(self) -> list[str]:
        """The answers."""
        return list(self.topics)

    def text(self, label: str, topical: int = 7, extra: list[str] | None = None) -> str:
        """Write about a label: words of its topic, one of another, words that say nothing."""
        rng = self.rng
        other = rng.choice([one for one in self.labels if one != label])
        words = [*rng.sample(self.topics[label], topical), rng.choice(self.topics[other])]
        return self.mixed(words + (extra or []), rng.randint(18, 26))

    def mixed(self, words: list[str], filler: int) -> str:
        """Put words among words that say nothing."""
        found = words + [self.rng.choice(FILLER) for _ in range(filler)]
        self.rng.shuffle(found)
        return " ".join(found).capitalize() + "."


def world(seed: int, *, held_back: bool) -> World:
    """Make the world of a seed; held-back seeds have topics that no other has."""
    rng = random.Random(f"causes {seed}")
    topics = TOPICS[2 + seed % 2] if held_back else TOPICS[seed % 2]
    labels = list(topics)
    rng.shuffle(labels)
    words = {}
    for label in labels:
        words[label] = topics[label].split()
        rng.shuffle(words[label])
    halves = SUBJECTS[4:] if held_back else SUBJECTS[:4]
    subject = rng.choice(halves).split()
    rng.shuffle(subject)
    return World(rng, words, subject)
