"""What must never be wrong: bytes, statements, the log, trust and verification.

The standard library, `cryptography` and `rfc8785`, nothing else. Pure code in the middle; what
reads or writes files says so in its name (`disk`, `durable`, `key_file`, `store`, `log_files`).
"""
