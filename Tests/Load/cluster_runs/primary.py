"""."""
def add(parser): pass
