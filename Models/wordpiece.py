"""Text to token numbers: a cleaning, then BERT's uncased WordPiece. BrgSA's authors drop short sentences and
everything but ASCII words ("sentences"); other families give BERT the text as it is ("none").
"""

import re
import unicodedata

from refusal import Refusal

MAXIMUM_WORD_LENGTH = 100
IDEOGRAPHS = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)
PADDING, UNKNOWN, START, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"


def is_word_scalar(scalar):
    """Letters, numbers and the underscore; marks and joiners end a word."""
    return scalar == "_" or unicodedata.category(scalar)[0] in "LN"


def words_of(sentence):
    """The maximal runs of word scalars."""
    return "".join(c if is_word_scalar(c) else " " for c in sentence).split(" ")


def clean(text):
    """What the authors feed their tokenizer: ASCII words in lower case, sentences of one word or
    none left out.
    """
    kept = []
    for part in re.split(r"[0-9]+\.", text.replace("\n", " ")):
        for sentence in part.split("."):
            words = [word for word in words_of(sentence.lower()) if word]
            if len(words) < 2:
                continue
            stripped = ("".join(c for c in word if c.isascii()) for word in words)
            kept.append(" ".join(word for word in stripped if word))
    return " ".join(kept)


def is_punctuation(scalar):
    """BERT's: the ASCII signs that are neither letters nor digits, and everything that Unicode calls punctuation."""
    ascii_sign = "!" <= scalar <= "~" and not scalar.isalnum()
    return ascii_sign or unicodedata.category(scalar).startswith("P")


def is_ideograph(scalar):
    """The CJK blocks whose characters BERT takes for words of their own."""
    number = ord(scalar)
    return any(first <= number <= last for first, last in IDEOGRAPHS)


def split_plainly(text):
    """The words of a text that is not cleaned: lower case, without accents, punctuation apart. A special token in
    the text is text.

    Source: BERT's basic tokenization, Devlin et al., arXiv 1810.04805.
    """
    spaced = []
    for scalar in text:
        kind = unicodedata.category(scalar)
        if scalar in "\t\n\r" or kind.startswith("Z"):
            spaced.append(" ")
        elif scalar == "\ufffd" or kind.startswith("C"):
            continue
        else:
            spaced.append(f" {scalar} " if is_ideograph(scalar) else scalar)
    lower = unicodedata.normalize("NFD", "".join(spaced).lower())
    bare = (c for c in lower if unicodedata.category(c) != "Mn")
    return "".join(f" {c} " if is_punctuation(c) else c for c in bare).split()


def split_cleaned(text):
    """The words of a text that is cleaned; BERT takes the underscore for punctuation of its own."""
    return clean(text).replace("_", " _ ").split()


SPLITTERS = {"sentences": split_cleaned, "none": split_plainly}


class Vocabulary:
    """The lines of vocab.txt; a token's number is its line."""

    def __init__(self, data):
        """data: the file's bytes, UTF-8, one token a line. Refuses duplicates, empty lines and
        missing special tokens.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as problem:
            raise Refusal(f"vocab.txt: not UTF-8: {problem}") from None
        if "\r" in text:
            raise Refusal("vocab.txt: lines must end in a line feed alone, found a carriage return")
        lines = text.removesuffix("\n").split("\n")
        self.numbers = {}
        for number, token in enumerate(lines):
            if not token:
                raise Refusal(f"vocab.txt: line {number + 1} is empty")
            if token in self.numbers:
                raise Refusal(
                    f"vocab.txt: line {number + 1} repeats line {self.numbers[token] + 1}: {token}"
                )
            self.numbers[token] = number
        for token in (PADDING, UNKNOWN, START, END):
            if token not in self.numbers:
                raise Refusal(f"vocab.txt: has no {token}")

    def __len__(self):
        return len(self.numbers)

    def pieces(self, word):
        """One word's token numbers: the longest known prefix, then the longest known continuations;
        or [UNK] alone.
        """
        unknown = [self.numbers[UNKNOWN]]
        if len(word) > MAXIMUM_WORD_LENGTH:
            return unknown
        found, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            end = next(
                (e for e in range(len(word), start, -1) if prefix + word[start:e] in self.numbers),
                None,
            )
            if end is None:
                return unknown
            found.append(self.numbers[prefix + word[start:end]])
            start = end
        return found

    def tokens(self, text, limit, cleaning="sentences"):
        """[CLS] … [SEP] of a text, at most `limit` numbers."""
        words = SPLITTERS[cleaning](text)
        pieces = [piece for word in words for piece in self.pieces(word)]
        return [self.numbers[START], *pieces[: limit - 2], self.numbers[END]]
