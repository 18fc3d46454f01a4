"""Inference requests: two bytes of what the header says, then JSON and tensors."""

import struct

from .safetensors import header_text


def inference(request, tensors=b"", declared=True):
    text = request if isinstance(request, bytes) else header_text(request)
    length = len(text) if declared is True else (0xFFFF if declared is False else declared)
    return struct.pack("<H", length) + text + tensors


def sized(content, length=None):
    return struct.pack("<I", len(content) if length is None else length) + content


def tensor_input(name, count, size=None, data=None, datatype="BYTES"):
    entry = {"name": name, "shape": [count], "datatype": datatype}
    if size is not None:
        entry["parameters"] = {"binary_data_size": size}
    if data is not None:
        entry["data"] = data
    return entry


def seeds():
    volume, texts = sized(b"volume bytes"), sized(b"effusion") + sized("r\u00f6mer".encode())
    binary = [tensor_input("volume", 1, len(volume)), tensor_input("prompts", 2, len(texts))]
    stored = [tensor_input("volume_id", 1, data=["sha256-" + "0" * 64]), tensor_input("prompts", 1, data=["a"])]
    both = {"inputs": binary}
    def sizes(*values):
        inputs = [tensor_input("volume", 1, values[0])] + [tensor_input("prompts", 2, size) for size in values[1:]]
        return inference({"inputs": inputs}, volume + texts)
    cases = {
        "binary": inference(both, volume + texts), "stored": inference({"inputs": stored}, declared=False),
        "id": inference({"id": "x", "inputs": stored}), "id-long": inference({"id": "x" * 257, "inputs": stored}),
        "set": inference({"inputs": stored[:1], "parameters": {"prompt_set": "ct-rate-18", "persist": False}}),
        "outputs": inference({"inputs": stored, "outputs": [
            {"name": "scores", "parameters": {"binary_data": True}}, {"name": "labels"}]}),
        "output-twice": inference({"inputs": stored, "outputs": [{"name": "scores"}, {"name": "scores"}]}),
        "output-unknown": inference({"inputs": stored, "outputs": [{"name": "CANARY"}]}),
        "binary-all": inference({"inputs": stored, "parameters": {"binary_data_output": True}}),
        "both-volumes": inference({"inputs": [*stored, tensor_input("volume", 1, len(volume))]}, volume),
        "no-volume": inference({"inputs": stored[1:]}), "no-inputs": inference({}), "list": inference([]),
        "input-twice": inference({"inputs": stored * 2}), "input-unknown": inference({"inputs": [tensor_input("CANARY", 1)]}),
        "member-unknown": inference({"CANARY": 1, "inputs": stored}), "shape": inference({"inputs": [
            {"name": "prompts", "shape": [1, 1], "datatype": "BYTES", "data": ["a"]}]}),
        "shape-huge": inference({"inputs": [tensor_input("prompts", 1 << 62, data=["a"])]}),
        "shape-negative": inference({"inputs": [tensor_input("prompts", -1, data=["a"])]}),
        "shape-real": inference({"inputs": [tensor_input("prompts", 1e300, data=["a"])]}),
        "shape-two": inference({"inputs": [tensor_input("prompts", 2, data=["a"]), stored[0]]}),
        "many-prompts": inference({"inputs": [stored[0], tensor_input("prompts", 9, data=["a"] * 9)]}),
        "floats": inference({"inputs": [tensor_input("prompts", 1, data=[0.5], datatype="FP32")]}),
        "volume-json": inference({"inputs": [tensor_input("volume", 1, data=["CANARY"])]}),
        "data-and-size": inference({"inputs": [tensor_input("prompts", 1, 5, ["a"])]}, sized(b"a")),
        "size-short": sizes(len(volume) - 1, len(texts) + 1), "size-long": sizes(len(volume), len(texts) + 1),
        "size-negative": sizes(-1, len(texts)), "size-huge": sizes(1 << 62, 1 << 62), "size-zero": sizes(0, len(texts)),
        "size-real": sizes(16.5, len(texts)), "bytes-left": inference(both, volume + texts + b"x"),
        "volume-length": inference(both, sized(b"volume bytes", 13) + texts),
        "text-length": inference(both, volume + sized(b"effusion", 0xFFFFFFFF) + texts[12:]),
        "text-encoding": inference({"inputs": [stored[0], tensor_input("prompts", 1, 6)]}, sized(b"\xff\xfe")),
        "text-empty": inference({"inputs": [stored[0], tensor_input("prompts", 1, 4)]}, sized(b"")),
        "json-longer": inference(both, declared=9999), "json-none": inference(both, volume + texts, declared=0),
        "json-cut": inference(header_text(both)[:-2]), "not-json": inference(b"CANARY"), "nothing": inference(b""),
        "texts-long": inference({"inputs": [stored[0], tensor_input("prompts", 1, 4054)]}, sized(b"x" * 4050)),
    }
    return cases
