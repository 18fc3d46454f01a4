"""Text to token numbers: the authors' cleaning, then BERT's uncased WordPiece. See also reference
clean() and tokenize().
"""

import re
import unicodedata

from refusal import Refusal

MAXIMUM_WORD_LENGTH = 100
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

    def tokens(self, text, limit):
        """[CLS] … [SEP] of cleaned text, at most `limit` numbers; BERT takes the underscore for
        punctuation of its own.
        """
        words = clean(text).replace("_", " _ ").split()
        pieces = [piece for word in words for piece in self.pieces(word)]
        return [self.numbers[START], *pieces[: limit - 2], self.numbers[END]]
