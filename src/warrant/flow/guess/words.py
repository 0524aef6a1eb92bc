"""What names of columns tell: words of English registers, in small letters."""

ANSWER_WORDS = {
    "label": 10, "labels": 10, "target": 9, "class": 9, "fraud": 9, "intent": 9, "sentiment": 9,
    "category": 8, "outcome": 8, "denied": 8, "y": 8, "churn": 8, "answer": 7, "tag": 7, "tags": 7,
    "topic": 7, "topics": 7, "type": 6, "kind": 6, "result": 6, "decision": 6, "clauses": 6,
    "approved": 6, "status": 5, "grade": 5, "severity": 5, "priority": 5, "rating": 5,
    "department": 4, "queue": 4, "stance": 8, "risk": 5, "issue": 4,
}  # fmt: skip
"""Words in the name of a column of answers, and how much each says."""
GROUP_WORDS = frozenset({
    "account", "applicant", "borrower", "case", "claim", "client", "company", "contract",
    "customer", "deal", "document", "employee", "household", "loan", "matter", "member",
    "merchant", "patient", "person", "policy", "project", "provider", "subject", "supplier",
    "tenant", "user", "vendor",
})  # fmt: skip
"""What rows may belong to together."""
KIND_WORDS = frozenset({"company", "merchant", "provider", "supplier", "vendor"})
"""Those of which a table may have a few with many rows each: then they are a category."""
ID_WORDS = frozenset({
    "id", "ids", "no", "nr", "num", "number", "key", "ref", "reference", "uuid", "guid", "hash",
    "sha256", "md5",
})  # fmt: skip
"""Last word of the name of an id."""
AFTER_WORDS = frozenset({
    "adjudicated", "adjudication", "appeal", "appealed", "approved", "chargeback", "closed",
    "decided", "decision", "denied", "discharge", "final", "outcome", "paid", "recovered",
    "refund", "refunded", "rejected", "resolution", "resolved", "result", "settled",
    "settlement",
})  # fmt: skip
"""Words of what is known only after the outcome."""
TEXT_WORDS = frozenset({
    "text", "body", "content", "narrative", "message", "description", "remark", "remarks",
    "note", "notes", "comment", "question", "query", "utterance", "sentence", "clause",
    "dialogue", "report", "summary",
})  # fmt: skip
"""Words of what is written in sentences."""
