"""BrgSA in PyTorch under the published names, small: a 3D ViT, a BERT, a knowledge bank.

Shapes: B volumes, M texts, N patches, T tokens, C channels, K bank rows. The arithmetic is that of Lai et al., arXiv
2501.03565, as the service computes it; only the sizes are ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from grid import SHAPE, SPACING


@dataclass(frozen=True)
class Sizes:
    """What convert.py reads off the tensors, and what its flags must say."""

    channels: int = 96
    bank: int = 256
    volume: tuple[int, int, int] = SHAPE
    patch: tuple[int, int, int] = (4, 4, 4)
    vision_depth: int = 3
    vision_heads: int = 6
    vision_hidden: int = 192
    text_depth: int = 3
    text_heads: int = 3
    text_hidden: int = 256
    tokens: int = 97
    last_layers: int = 2

    def flags(self) -> str:
        """What convert.py cannot read off the tensors."""
        volume = ",".join(str(n) for n in self.volume)
        spacing = ",".join(str(mm) for mm in SPACING)
        return (
            f"--heads {self.vision_heads} --text-heads {self.text_heads} --tokens {self.tokens} "
            f"--last-layers {self.last_layers} --volume {volume} --base-volume {volume} --spacing {spacing}"
        )

    @property
    def grid(self) -> tuple[int, int, int]:
        return tuple(n // p for n, p in zip(self.volume, self.patch))


def attention(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None = None) -> Tensor:
    """[B, n, C] each → [B, n, C]."""
    q, k, v = (x.unflatten(2, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(2)


def waves(grid: tuple[int, int, int], channels: int) -> Tensor:
    """[1, N, C]: random sinusoids over the grid, a start for the position embedding that tells neighbours from strangers."""
    axes = torch.meshgrid(*(torch.linspace(-1, 1, n) for n in grid), indexing="ij")
    place = torch.stack([axis.flatten() for axis in axes], 1)
    return (
        0.4 * torch.sin(place @ (torch.randn(3, channels) * 2) + torch.rand(channels) * 6.28)[None]
    )


class SelfAttention(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.heads = sizes.vision_heads
        self.qkv = nn.Linear(sizes.channels, 3 * sizes.channels)
        self.proj = nn.Linear(sizes.channels, sizes.channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.proj(attention(*self.qkv(x).chunk(3, 2), self.heads))


class Block(nn.Module):
    """A pre-norm block of the ViT."""

    def __init__(self, sizes: Sizes):
        super().__init__()
        self.norm1 = nn.LayerNorm(sizes.channels, 1e-6)
        self.attn = SelfAttention(sizes)
        self.norm2 = nn.LayerNorm(sizes.channels, 1e-6)
        self.mlp = nn.ModuleDict(
            {
                "fc1": nn.Linear(sizes.channels, sizes.vision_hidden),
                "fc2": nn.Linear(sizes.vision_hidden, sizes.channels),
            }
        )

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.norm2(x))))


class ViT(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.sizes = sizes
        self.cls_token = nn.Parameter(torch.randn(1, 1, sizes.channels) * 0.02)
        self.pos_embed = nn.Parameter(
            torch.cat([torch.zeros(1, 1, sizes.channels), waves(sizes.grid, sizes.channels)], 1)
        )
        self.patch_embed = nn.ModuleDict(
            {"proj": nn.Conv3d(1, sizes.channels, sizes.patch, sizes.patch)}
        )
        self.blocks = nn.ModuleList(Block(sizes) for _ in range(sizes.vision_depth))
        self.norm = nn.LayerNorm(sizes.channels, 1e-5)

    def cut(self, volumes: Tensor) -> Tensor:
        """[B, X, Y, Z] → patches [B, N, voxels], x slowest."""
        px, py, pz = self.sizes.patch
        gx, gy, gz = volumes.shape[1] // px, volumes.shape[2] // py, volumes.shape[3] // pz
        return (
            volumes.reshape(-1, gx, px, gy, py, gz, pz)
            .permute(0, 1, 3, 5, 2, 4, 6)
            .reshape(len(volumes), gx * gy * gz, -1)
        )

    def forward(self, volumes: Tensor, patches: Tensor | None = None) -> Tensor:
        """[B, X, Y, Z] → [B, 1 + N, C]; `volumes` may be boxes that are made of the patches [B, N] of a volume."""
        projection = self.patch_embed["proj"]
        place = self.pos_embed[:, 1:]
        x = F.linear(self.cut(volumes), projection.weight.flatten(1), projection.bias)
        # not by indexing, whose gradient sums in another order each time
        x = x + (place if patches is None else F.embedding(patches, place[0]))
        first = self.cls_token + self.pos_embed[:, :1]
        x = torch.cat([first.expand(len(x), -1, -1), x], 1)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


class ImageEncoder(nn.Module):
    def __init__(self, sizes: Sizes):
        super().__init__()
        self.model = ViT(sizes)
        self.global_embedder = nn.Linear(sizes.channels, sizes.channels)

    def forward(self, volumes: Tensor, patches: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """[B, X, Y, Z] → v [B, C] and patch embeddings [B, N, C]; `patches` as in ViT."""
        out = self.global_embedder(self.model(volumes, patches))
        return out[:, 0], out[:, 1:]


def named(**modules: nn.Module) -> nn.ModuleDict:
    return nn.ModuleDict(modules)


class Bert(nn.Module):
    """BertModel without pooler, under Hugging Face's names."""

    def __init__(self, sizes: Sizes, vocabulary: int):
        super().__init__()
        c = sizes.channels
        self.heads = sizes.text_heads
        self.embeddings = named(
            word_embeddings=nn.Embedding(vocabulary, c),
            position_embeddings=nn.Embedding(128, c),
            token_type_embeddings=nn.Embedding(2, c),
            LayerNorm=nn.LayerNorm(c, 1e-12),
        )
        for part in ("word_embeddings", "position_embeddings", "token_type_embeddings"):
            nn.init.normal_(self.embeddings[part].weight, std=0.05)
        self.encoder = named(
            layer=nn.ModuleList(self.layer(c, sizes.text_hidden) for _ in range(sizes.text_depth))
        )

    @staticmethod
    def layer(c: int, hidden: int) -> nn.ModuleDict:
        return named(
            attention=nn.ModuleDict(
                {
                    "self": named(
                        query=nn.Linear(c, c), key=nn.Linear(c, c), value=nn.Linear(c, c)
                    ),
                    "output": named(dense=nn.Linear(c, c), LayerNorm=nn.LayerNorm(c, 1e-12)),
                }
            ),
            intermediate=named(dense=nn.Linear(c, hidden)),
            output=named(dense=nn.Linear(hidden, c), LayerNorm=nn.LayerNorm(c, 1e-12)),
        )

    def forward(self, tokens: Tensor, real: Tensor) -> list[Tensor]:
        """Token numbers and which are real, [M, T] → the states after each layer, [M, T, C]."""
        parts = self.embeddings
        x = (
            parts["word_embeddings"](tokens)
            + parts["position_embeddings"].weight[: tokens.shape[1]]
            + parts["token_type_embeddings"].weight[0]
        )
        x = parts["LayerNorm"](x)
        mask = real[:, None, None, :]
        states = []
        for layer in self.encoder["layer"]:
            own, out = layer["attention"]["self"], layer["attention"]["output"]
            mixed = attention(own["query"](x), own["key"](x), own["value"](x), self.heads, mask)
            x = out["LayerNorm"](x + out["dense"](mixed))
            hidden = layer["output"]["dense"](F.gelu(layer["intermediate"]["dense"](x)))
            x = layer["output"]["LayerNorm"](x + hidden)
            states.append(x)
        return states


class TextEncoder(nn.Module):
    def __init__(self, sizes: Sizes, vocabulary: int):
        super().__init__()
        self.sizes = sizes
        self.model = Bert(sizes, vocabulary)
        self.emb_global = nn.Linear(sizes.channels, sizes.channels)

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        """[M, T] → t [M, C]: the sum over the last layers and the real tokens, divided by the longest text's length."""
        states = torch.stack(self.model(tokens, real)[-self.sizes.last_layers :]).sum(0)
        return self.emb_global((states * real[:, :, None]).sum(1) / self.sizes.tokens)


class BrgSA(nn.Module):
    def __init__(self, sizes: Sizes, vocabulary: int):
        super().__init__()
        self.img_encoder = ImageEncoder(sizes)
        self.text_encoder = TextEncoder(sizes, vocabulary)
        self.dictionarylearning = named(dictionary=nn.Embedding(sizes.bank, sizes.channels))

    def bridge(self, x: Tensor) -> Tensor:
        """Each row as a softmax mixture of the bank's rows."""
        bank = self.dictionarylearning["dictionary"].weight
        return torch.softmax(x @ bank.T, -1) @ bank


def cosines(a: Tensor, b: Tensor) -> Tensor:
    """[n, C], [m, C] → [n, m]."""
    return F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).T
