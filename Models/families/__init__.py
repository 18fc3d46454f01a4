"""The model families that convert.py reads. Each module says how one family's checkpoint becomes a model directory."""
