"""Reads a pickle as data: an interpreter of its opcodes that imports nothing and calls nothing
named in the file.

A pickle is a small program whose GLOBAL and REDUCE opcodes may call any function of any module.
Here a global is only a pair of names. A short table says which pairs we understand and which
function of this module replaces each; every other global, and whatever a pickle would have made with it,
becomes an `Inert` object. Nothing recurses, so nesting is harmless.
"""

import pickletools
from dataclasses import dataclass

from refusal import Refusal

# A published checkpoint with its optimizer's state needs some 30,000 opcodes; the limit bounds
# memory, not models.
MAXIMUM_OPCODES = 4_000_000

LITERALS = frozenset("""
    INT BININT BININT1 BININT2 LONG LONG1 LONG4 FLOAT BINFLOAT STRING BINSTRING SHORT_BINSTRING
    UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 BINBYTES SHORT_BINBYTES BINBYTES8 BYTEARRAY8
    """.split())
CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
TUPLE_SIZES = {"EMPTY_TUPLE": 0, "TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
IGNORED = frozenset(("PROTO", "FRAME", "READONLY_BUFFER"))


class Inert:
    """What a foreign object becomes. It holds nothing, and nothing the pickle does to it has an
    effect.
    """


@dataclass(frozen=True)
class Global:
    """The name of a class or function. It is never imported."""

    module: str
    name: str


def load(data, constructors, persistent):
    """Interprets the pickle in `data` (bytes) and returns its value.

    constructors: {(module, name): function} for the globals that are understood.
    persistent: function from a persistent id (any value) to a value.
    Raises Refusal for damaged, truncated or overlong pickles.
    """
    machine = _Machine(constructors, persistent)
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(data)):
            if count >= MAXIMUM_OPCODES:
                raise Refusal(f"the checkpoint's pickle has more than {MAXIMUM_OPCODES} opcodes")
            if opcode.name == "STOP":
                return machine.pop()
            machine.step(opcode.name, argument)
    except (ValueError, IndexError, KeyError, OverflowError) as problem:
        raise Refusal(f"the checkpoint's pickle is damaged: {problem}") from None
    raise Refusal("the checkpoint's pickle is damaged: it has no end")


class _Machine:
    def __init__(self, constructors, persistent):
        self.constructors = constructors
        self.persistent = persistent
        self.stack = []
        self.marks = []
        self.memo = {}

    def pop(self):
        if self.marks and len(self.stack) <= self.marks[-1]:
            raise ValueError("the stack is empty")
        return self.stack.pop()

    def pop_to_mark(self):
        position = self.marks.pop()
        items = self.stack[position:]
        del self.stack[position:]
        return items

    def step(self, name, argument):
        """Executes one opcode. What is not in this list cannot happen."""
        push = self.stack.append
        if name in LITERALS:
            push(argument)
        elif name in CONSTANTS:
            push(CONSTANTS[name])
        elif name in TUPLE_SIZES:
            push(tuple(reversed([self.pop() for _ in range(TUPLE_SIZES[name])])))
        elif name in ("GET", "BINGET", "LONG_BINGET"):
            push(self.memo[int(argument)])
        elif name in ("PUT", "BINPUT", "LONG_BINPUT"):
            self.memo[int(argument)] = self.stack[-1]
        elif name == "MEMOIZE":
            self.memo[len(self.memo)] = self.stack[-1]
        elif name == "MARK":
            self.marks.append(len(self.stack))
        elif name not in IGNORED:
            self.step_with_objects(name, argument)

    def step_with_objects(self, name, argument):
        push, pop = self.stack.append, self.pop
        match name:
            case "EMPTY_DICT":
                push({})
            case "EMPTY_LIST":
                push([])
            case "EMPTY_SET" | "EXT1" | "EXT2" | "EXT4" | "NEXT_BUFFER":
                push(Inert())
            case "TUPLE":
                push(tuple(self.pop_to_mark()))
            case "LIST":
                push(self.pop_to_mark())
            case "DICT":
                push(_with_items({}, self.pop_to_mark()))
            case "SETITEM":
                value, key = pop(), pop()
                _with_items(self.stack[-1], [key, value])
            case "SETITEMS":
                items = self.pop_to_mark()
                _with_items(self.stack[-1], items)
            case "APPEND":
                value = pop()
                _with_elements(self.stack[-1], [value])
            case "APPENDS":
                values = self.pop_to_mark()
                _with_elements(self.stack[-1], values)
            case "ADDITEMS":
                self.pop_to_mark()
            case "FROZENSET" | "INST" | "OBJ":
                self.pop_to_mark()
                push(Inert())
            case "POP":
                # CPython lets POP remove a mark when nothing lies above it.
                if self.marks and self.marks[-1] == len(self.stack):
                    self.marks.pop()
                else:
                    pop()
            case "POP_MARK":
                self.pop_to_mark()
            case "DUP":
                push(self.stack[-1])
            case "GLOBAL":
                push(Global(*argument.split(" ", 1)))
            case "STACK_GLOBAL":
                attribute, module = pop(), pop()
                known = isinstance(attribute, str) and isinstance(module, str)
                push(Global(module, attribute) if known else Inert())
            case "REDUCE":
                arguments, function = pop(), pop()
                push(self.construct(function, arguments))
            case "NEWOBJ":
                arguments, kind = pop(), pop()
                push(self.construct(kind, arguments))
            case "NEWOBJ_EX":
                pop(), pop(), pop()
                push(Inert())
            case "BUILD":
                pop()
            case "PERSID":
                push(self.persistent(argument))
            case "BINPERSID":
                push(self.persistent(pop()))
            case _:
                raise ValueError(f"opcode {name} is not known")

    def construct(self, function, arguments):
        """Our own stand-in for the call, if the table has one; else an inert object."""
        if isinstance(function, Global) and isinstance(arguments, tuple):
            stand_in = self.constructors.get((function.module, function.name))
            if stand_in:
                return stand_in(arguments)
        return Inert()


def _with_items(target, flat):
    """Sets key, value, key, value … in a dictionary; only names and numbers can be keys here (a
    tuple could hash for ever).
    """
    if isinstance(target, dict):
        for key, value in zip(flat[::2], flat[1::2]):
            if isinstance(key, (str, int)):
                target[key] = value
    return target


def _with_elements(target, values):
    if isinstance(target, list):
        target.extend(values)
