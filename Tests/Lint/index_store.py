"""Reads the index that `swift build` writes beside a debug build: which symbol is used at which line.

The compiler resolved every name, so a search by symbol finds what a search by text cannot: which `Int(x)` converts a
floating-point number.
"""

import ctypes
import os
import shutil


class Text(ctypes.Structure):
    """A string of libIndexStore: not terminated, owned by the library."""

    _fields_ = [("data", ctypes.c_void_p), ("length", ctypes.c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.data, self.length).decode() if self.length else ""


def library():
    """The toolchain's own libIndexStore. Raises FileNotFoundError if there is none."""
    swift = shutil.which("swift")
    if swift is None:
        raise FileNotFoundError("swift is not in PATH")
    path = os.path.join(os.path.dirname(os.path.realpath(swift)), "..", "lib", "libIndexStore.so")
    if not os.path.exists(path):
        raise FileNotFoundError(f"the Swift toolchain has no {os.path.normpath(path)}")
    return ctypes.CDLL(path)


class IndexStore:
    """One index store, opened for reading."""

    def __init__(self, path):
        self._library = lib = library()
        pointer, text = ctypes.c_void_p, Text
        for name, result, arguments in (
            ("indexstore_store_create", pointer, [ctypes.c_char_p, pointer]),
            ("indexstore_store_units_apply_f", ctypes.c_bool, [pointer, ctypes.c_uint, pointer, pointer]),
            ("indexstore_unit_reader_create", pointer, [pointer, ctypes.c_char_p, pointer]),
            ("indexstore_unit_reader_dispose", None, [pointer]),
            ("indexstore_unit_reader_get_main_file", text, [pointer]),
            ("indexstore_unit_reader_get_output_file", text, [pointer]),
            ("indexstore_unit_reader_dependencies_apply_f", ctypes.c_bool, [pointer, pointer, pointer]),
            ("indexstore_unit_dependency_get_kind", ctypes.c_int, [pointer]),
            ("indexstore_unit_dependency_get_name", text, [pointer]),
            ("indexstore_record_reader_create", pointer, [pointer, ctypes.c_char_p, pointer]),
            ("indexstore_record_reader_dispose", None, [pointer]),
            ("indexstore_record_reader_occurrences_apply_f", ctypes.c_bool, [pointer, pointer, pointer]),
            ("indexstore_occurrence_get_symbol", pointer, [pointer]),
            ("indexstore_occurrence_get_line_col", None, [pointer, pointer, pointer]),
            ("indexstore_symbol_get_usr", text, [pointer]),
            ("indexstore_symbol_get_name", text, [pointer]),
        ):
            function = getattr(lib, name)
            function.restype, function.argtypes = result, arguments
        self._store = lib.indexstore_store_create(path.encode(), None)
        if not self._store:
            raise FileNotFoundError(f"there is no index in {path}: build with `swift build --build-tests` first")

    def uses(self, folder):
        """Yields (file, line, symbol's USR, symbol's name) for each use of a symbol in a file below `folder`."""
        for unit in self._units():
            yield from self._uses(unit, folder)

    def _units(self):
        names = []
        visitor = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, Text)(
            lambda _, name: names.append(str(name)) or True)
        self._library.indexstore_store_units_apply_f(self._store, 1, None, visitor)
        return names

    def _uses(self, unit, folder):
        lib = self._library
        reader = lib.indexstore_unit_reader_create(self._store, unit.encode(), None)
        if not reader:
            return
        file = os.path.realpath(str(lib.indexstore_unit_reader_get_main_file(reader)))
        if not file.startswith(folder) or not os.path.exists(file):
            lib.indexstore_unit_reader_dispose(reader)
            return
        records = []

        def note(_, dependency):
            if lib.indexstore_unit_dependency_get_kind(dependency) == 2:
                records.append(str(lib.indexstore_unit_dependency_get_name(dependency)))
            return True

        visitor = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(note)
        lib.indexstore_unit_reader_dependencies_apply_f(reader, None, visitor)
        lib.indexstore_unit_reader_dispose(reader)
        for record in records:
            yield from ((file, *use) for use in self._record(record))

    def _record(self, name):
        lib = self._library
        reader = lib.indexstore_record_reader_create(self._store, name.encode(), None)
        if not reader:
            return []
        found = []

        def note(_, occurrence):
            symbol = lib.indexstore_occurrence_get_symbol(occurrence)
            line, column = ctypes.c_uint(), ctypes.c_uint()
            lib.indexstore_occurrence_get_line_col(
                occurrence, ctypes.byref(line), ctypes.byref(column))
            found.append((
                line.value, str(lib.indexstore_symbol_get_usr(symbol)),
                str(lib.indexstore_symbol_get_name(symbol))))
            return True

        visitor = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(note)
        lib.indexstore_record_reader_occurrences_apply_f(reader, None, visitor)
        lib.indexstore_record_reader_dispose(reader)
        return found
