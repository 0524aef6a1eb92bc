"""A domain: guardrails, failure tests, rules of a workflow, slices and card sections, as data.

`warrant.flow.domain.folder` reads a folder of YAML and CSV, `settings` turns what it and a recipe
say into settings of the evaluation, `check` tries it out, `begin` writes a new one.
"""
