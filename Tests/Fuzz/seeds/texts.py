"""Texts: JSON, prompts and reports as they are. A vocabulary and a zero may come before a prompt."""


def json_seeds():
    nested = "[" * 16 + "]" * 16
    cases = {
        "object": '{"a": [1, -2.5e+3, 0.1E-2, true, false, null], "b": {"": "x"}}',
        "strings": r'["\"\\\/\b\f\n\r\t\u0041\u00e9\ud83e\udec1", "é🫁", "\u007f"]',
        "mark": "\ufeff 1 ", "deep": nested, "too-deep": f"[{nested}]", "twice": '{"a":1,"a":2}',
        "forms": '{"\u00e9":1,"e\u0301":2}', "lone": r'"\ud800"', "low": r'"\udc00"', "comma": "[1,]",
        "zero": "-0", "leading": "01", "huge": "[1e999,9223372036854775807,9223372036854775808]",
        "word": "nul", "control": '"\x01"', "open": '["',
    }
    return {name: text.encode() for name, text in cases.items()} | {"encoding": b'"\xff\xc0\xaf"'}


PROMPTS = {
    "sentence": "There is ground glass opacity in the left lung.",
    "question": "Is the heart enlarged?", "denial": "1) No evidence of pleural effusion.",
    "list": "- pneumothorax\n- rib fracture\n2. Nodule, 1.5 cm. r/o PE",
    "marks": "1. 2. The lungs are clear",
    "quoted": "\u201cWithout pneumonia\u2026\u201d is not seen?", "brackets": "(( no ) effusion ) absent .",
    "foreign": "\u80ba\u708e Pneumonie \u0130stanbul \u212a \ufb01brosis e\u0301_x__y ①", "one": "Pneumonia.",
    "long": "x" * 101 + " word " + "antidisestablishmentarianism " * 12,
}

REPORTS = {
    "report": """CHEST CT
Clinical history: cough, rule out pneumonia.
Technique: 1.5 mm slices with contrast.

Findings: Mild bilateral pleural effusion, larger on the right. No pneumothorax. A 12 mm nodule
in the left upper lobe (series 3, image 45); it was 10 mm on 3/4/2020. Mediastinal lymph nodes up
to 15 mm. No evidence of the following:
- consolidation
- emphysema
Status post sternotomy; port catheter.

Impression:
1. Nodule suspicious for malignancy. Recommend follow-up in 3 months.
2. Cardiomegaly cannot be excluded.
""",
    "plain": "Lungs clear. Heart size normal. Coronary calcification; hiatal hernia? Old rib fractures.",
}


def token_seeds():
    vocabulary = b"[PAD]\n[UNK]\n[CLS]\n[SEP]\nlung\n##s\nn\n##o\n##dule\n_\n"
    return {name: text.encode() for name, text in PROMPTS.items()} | {
        "vocabulary": vocabulary + b"\0lungs nodule no_lung xyz",
        "repeated": vocabulary * 2 + b"\0lungs nodule",
        "encoding": b"caf\xe9 \xff\xfe lung nodule",
    }


def report_seeds():
    return {name: text.encode() for name, text in (PROMPTS | REPORTS).items()}
