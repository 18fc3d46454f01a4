"""Small inputs, right and wrong, for each fuzz target: a name and its bytes."""

from . import (archives, configurations, dicom, documents, frames, gzips, http, inference, safetensors, texts, volumes,
               zips)

# The functions that make the seeds of each folder of Tests/FuzzCorpus.
TARGETS = {
    "head": http.head_seeds, "volume": volumes.seeds, "gzip": gzips.seeds, "form": http.form_seeds,
    "json": texts.json_seeds, "safetensors": safetensors.seeds, "tokens": texts.token_seeds,
    "report": texts.report_seeds, "zip": zips.seeds, "dicom": dicom.seeds, "inference": inference.seeds,
    "archive": archives.seeds, "documents": documents.seeds, "frame": frames.seeds,
    "configuration": configurations.seeds,
}
