"""Verbs: functions from digests to digests. A stage never signs, logs or meets another stage."""
