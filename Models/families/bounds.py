"""Checks that all families share: what no tensor tells must fit the tensors and the service's own bounds."""

import math

import model_config as bounds
from refusal import Refusal


def is_count(value):
    return type(value) is int and value >= 1


def heads(member, said, width):
    """The number of attention heads: the flag's, or one for each 64 channels."""
    default = width // bounds.PUBLISHED_HEAD_WIDTH
    count = said if said is not None else default
    if said is None and width % bounds.PUBLISHED_HEAD_WIDTH:
        raise Refusal(
            f"{width} channels are not a multiple of {bounds.PUBLISHED_HEAD_WIDTH}: "
            f"say --{member.replace('_', '-')}"
        )
    if not is_count(count) or width % count:
        raise Refusal(f"{member}: {width} channels cannot be divided among {count} heads")
    return count


def volume(edges, patch, spacing):
    """Refuses an input that is not whole patches, or larger than the service reads."""
    if not all(map(is_count, edges)) or any(edge % p for edge, p in zip(edges, patch)):
        raise Refusal(f"volume {edges} is not a multiple of the patch {list(patch)}")
    if max(edges) > bounds.EXTENT or math.prod(edges) > bounds.VOXELS:
        raise Refusal(
            f"volume {edges} has more than {bounds.EXTENT} voxels an axis or {bounds.VOXELS} in all"
        )
    if math.prod(patch) > bounds.PATCH_VOXELS or math.prod(edges) > bounds.PATCHES * math.prod(
        patch
    ):
        raise Refusal(
            f"a patch may have {bounds.PATCH_VOXELS} voxels and a volume {bounds.PATCHES} patches, "
            f"found {list(patch)} and {edges}"
        )
    low, high = bounds.SPACING_MM
    if not all(math.isfinite(mm) and low <= mm <= high for mm in spacing):
        raise Refusal(f"spacing must be {low} to {high} mm, found {spacing}")


def channels(*widths):
    for width in widths:
        if width > bounds.CHANNELS:
            raise Refusal(f"{width} channels, at most {bounds.CHANNELS} are supported")


def tokens(count, positions):
    if not is_count(count) or not 3 <= count <= positions:
        raise Refusal(
            f"tokens must be 3 to {positions} (the rows of position_embeddings), found {count}"
        )
