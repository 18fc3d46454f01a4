"""The proofs of cluster.py, a module each: `add(parser)` adds options, `run(options)` returns figures and bars."""
