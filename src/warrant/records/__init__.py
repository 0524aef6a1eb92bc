"""Nouns that cross a wall between rooms: one record or predicate type per file.

Each file holds one type and its version; `docs/schemas/` holds its JSON Schema,
`tests/golden/records/` one example. A record never migrates: a new shape is a new type name with
its own reader.
"""
