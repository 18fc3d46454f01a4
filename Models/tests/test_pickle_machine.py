"""A pickle is read as data: nothing that it names is imported or called, and no lie in it costs
much.
"""

import pickle
import tempfile
import time
import unittest
from pathlib import Path

from fake_checkpoint import call, dictionary, name_of, number, pickle_of, text, tuple_of

import pickle_machine
from refusal import Refusal


def load(data):
    return pickle_machine.load(data, {}, lambda identity: identity)


def canaries(path):
    """Pickles that create `path` when executed, one for each way a pickle can call."""
    arguments = text(str(path)), text("w")
    return {
        "REDUCE": call("io", "open", *arguments),
        "STACK_GLOBAL": text("io") + text("open") + b"\x93" + tuple_of(*arguments) + b"R",
        "INST": b"(" + b"".join(arguments) + b"iio\nopen\n",
        "OBJ": b"(" + name_of("io", "open") + b"".join(arguments) + b"o",
        "NEWOBJ": name_of("io", "FileIO") + tuple_of(*arguments) + b"\x81" + b")b",
        "nested": call("builtins", "eval", text(f"open({str(path)!r}, 'w')")),
        "getattr": call("builtins", "getattr", name_of("pathlib", "Path"), text("touch"))
        + tuple_of(call("pathlib", "Path", arguments[0]))
        + b"R",
    }


class PickleMachine(unittest.TestCase):
    def test_canaries_are_never_executed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pickle-was-executed")
            for way, body in canaries(path).items():
                value = load(pickle_of(dictionary({"canary": body, "after": number(7)})))
                self.assertEqual(value["after"], 7, way)
                self.assertIsInstance(value["canary"], pickle_machine.Inert, way)
                self.assertFalse(path.exists(), way)

    def test_the_canary_is_alive(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "pickle-was-executed")
            pickle.loads(pickle_of(canaries(path)["REDUCE"])).close()
            self.assertTrue(path.exists())

    def test_plain_values_come_back_in_every_protocol(self):
        shared = ["x"]
        value = {
            "a": [1, -2, 3 << 40, 2.5, None, True, False],
            "b": ("text é", b"bytes", (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
            "c": {"deep": {5: [[], {}]}},
            "d": [shared, shared],
        }
        for protocol in range(6):
            data = value if protocol >= 3 else value | {"b": value["b"][:1] + value["b"][2:]}
            self.assertEqual(load(pickle.dumps(data, protocol)), data, protocol)

    def test_damaged_pickles_are_refused_and_nothing_else(self):
        whole = pickle.dumps({"a": [1, (2, "x")], "b": {"c": b"y"}}, 4)
        for end in range(len(whole)):
            with self.assertRaises(Refusal, msg=f"cut at {end}"):
                load(whole[:end])
        for position in range(len(whole)):
            for flip in (0x01, 0x10, 0x80, 0xFF):
                data = bytearray(whole)
                data[position] ^= flip
                try:
                    load(bytes(data))
                except Refusal:
                    pass  # Refused or read as something else; any other exception fails the test.

    def test_lies_cost_nothing(self):
        nested = b"N" + b"\x86".join([b"2"] * 27) + b"\x86"
        lies = {
            "memo index of 2^31": b"Nr\xff\xff\xff\x7f",
            "string of 2^62 bytes": b"\x8d" + (1 << 62).to_bytes(8, "little"),
            "tuple with 2^27 leaves as key": b"}" + nested + b"Ns",
            "100,000 nested lists": b"]" * 100_000 + b"a" * 99_999,
        }
        for lie, body in lies.items():
            start = time.process_time()
            try:
                load(pickle_of(body))
            except Refusal:
                pass
            self.assertLess(time.process_time() - start, 2, lie)

    def test_too_many_opcodes_are_refused(self):
        limit = pickle_machine.MAXIMUM_OPCODES
        pickle_machine.MAXIMUM_OPCODES = 10
        try:
            self.assertIsNone(load(b"N0" * 4 + b"N."))
            with self.assertRaisesRegex(Refusal, "more than 10 opcodes"):
                load(b"N0" * 5 + b"N.")
        finally:
            pickle_machine.MAXIMUM_OPCODES = limit


if __name__ == "__main__":
    unittest.main()
