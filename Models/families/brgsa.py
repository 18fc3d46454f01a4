"""BrgSA, as layout.py and model_config.py describe it."""

import layout
import model_config


class Conversion:
    """One BrgSA checkpoint and what its model directory will hold."""

    vocabulary_table = layout.WORDS

    def __init__(self, source, options):
        reference = model_config.reference_config(options.config)
        self._source = source
        self._names = layout.Names(source.shapes)
        self._dimensions = layout.dimensions(self._names)
        self.shapes = layout.wanted(self._dimensions)
        layout.check(self._names, self.shapes)
        self._settled = model_config.settle(self._dimensions, vars(options), reference)
        self.vocabulary = self._dimensions.vocabulary
        self.unused, self.unknown = layout.dropped(self._names, self.shapes)

    def values(self, ours):
        """The tensor's values under the name that a fault shows."""
        name = self._names.full(ours)
        return name, self._source.read(name)

    def config(self, identity, provenance):
        """config.json as a dictionary in its fixed order."""
        return model_config.members(self._dimensions, self._settled, identity, provenance)
