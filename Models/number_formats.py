"""Rounding to the number formats that weights are stored in, and back."""

import numpy as np

from refusal import Refusal

# safetensors' names of the formats, and the NumPy type that holds their bits. NumPy has no
# bfloat16.
BITS = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4"}


def bfloat16_bits(values):
    """The bfloat16 nearest to each float32, ties to even, as uint16 bits. A NaN stays a NaN."""
    values = np.ascontiguousarray(values, dtype=np.float32)
    bits = values.view(np.uint32)
    rounded = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16)
    return np.where(np.isnan(values), np.uint32(0x7FC0), rounded).astype(np.uint16)


def float32_of_bfloat16(bits):
    """The float32 values of bfloat16 bits; exact."""
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)


def stored(values, number_format):
    """The bits to store for `values` in F32, F16 or BF16, rounded to nearest, ties to even."""
    with np.errstate(over="ignore"):
        if number_format == "BF16":
            return bfloat16_bits(values)
        return np.ascontiguousarray(values, dtype=BITS[number_format])


def restored(bits, number_format):
    """The values behind stored bits: BF16 becomes float32, everything else is as NumPy reads it."""
    return float32_of_bfloat16(bits) if number_format == "BF16" else bits


def checked(name, values, number_format):
    """`values` as stored bits, or a Refusal that names the tensor: not finite, too large for the
    format, or only zeros.
    """
    if not np.isfinite(values).all():
        raise Refusal(f"{name}: holds values that are not finite")
    bits = stored(values, number_format)
    kept = restored(bits, number_format)
    if not np.isfinite(kept).all():
        raise Refusal(
            f"{name}: largest value {float(np.abs(values).max()):g} does not fit {number_format}"
        )
    if np.ndim(kept) >= 2 and not kept.any():
        raise Refusal(f"{name}: all values are zero")
    return bits
