"""Text that goes wrong easily on its way to tokens; every scalar was assigned before Unicode 14, so tables of any age agree."""

import random

WRITTEN = [
    # Sentences of none, one and two words; what a dot and a number with a dot do.
    "", " ", ".", "...", "\n", "Pneumonia", "Pneumonia.", "Pneumonia. Effusion.", "Lung nodule", "Lung nodule.", "lung.nodule",
    "lung .nodule", "lung nodule.heart size", "Lung. Lung nodule. Nodule.", "a b", "a. b", "a b. c", "a b.c d", "a_b", "a_b c", "_", "__", "_ _",
    "a _ b", "__init__ lung", "1. Lung nodule 2. Pleural effusion 3. Cardiomegaly", "1.Lung nodule2.Pleural effusion", "3.5 mm nodule",
    "nodule of 3.5 mm", "nodule of 3.5 x 4.25 mm in 1.5.2020", "12.3.", "12.", "12. 13. 14.", "0.5", "v1.2.3 of the report", "3 . 5 mm",
    "10mm nodule", "nodule 10 mm", "nodule 10mm 100mm 1000mm 12345mm", "T12 vertebra fracture", "L1-L2 level", "SpO2 97%", "-1000 HU to +400 HU",
    "right-sided pleural effusion", "right/left lung", "(right) [left] {upper} <lower> lobe", "no acute cardiopulmonary process!", "heart? normal",
    "patient's lungs", "patient’s lungs", "don't can't won't", "\"no nodule\"", "a,b;c:d", "e.g. nodule i.e. mass", "Dr. Smith reads CT",
    "There is Pleural effusion", "There is no Cardiomegaly", "There is Mosaic attenuation pattern", "THERE IS NO LUNG NODULE", "ThErE iS nO nOdUlE",
    "There is peribronchovascular interstitial thickening", "hydropneumothorax and hemopericardium", "atelectases, osteophytes", "hepatosplenomegaly is seen",
    # White space of all kinds, controls, and what looks like it.
    "lung\nnodule", "lung\r\nnodule", "lung\rnodule", "lung\tnodule", "lung\vnodule\ffound", "lung\u00a0nodule", "lung\u2003nodule", "lung\u2028nodule",
    "lung\u2029nodule", "lung\u0085nodule", "lung\u3000nodule", "  lung   nodule  ", "lung\u200bnodule", "lung\u00adnodule heart", "lung\ufeffnodule",
    "\ufefflung nodule", "lung\u0000nodule", "lung\u0001nodule heart", "lung\u007fnodule", "lung\u001bnodule", "lung\u202enodule", "lung\u2060nodule",
    "Lung nodule\n\n1.\n2. Effusion", "lung.\nnodule", "first line\nsecond line.third line\n", "lung\x1cnodule", "lung\x1fnodule",
    # Accents: composed, decomposed, many; marks end a word and letters beyond ASCII are stripped from it.
    "café au lait", "cafe\u0301 au lait", "na\u00efve r\u00e9sum\u00e9", "nai\u0308ve re\u0301sume\u0301", "Ångström units", "A\u030angstro\u0308m units", "ÉPANCHEMENT PLEURAL",
    "épanchement", "é è", "é", "é a", "ñ n", "cœur normal", "Straße und Weg", "STRASSE ẞ", "z\u0351a\u0489lgo text", "a\u0301\u0302\u0303\u0304b c",
    "\u0301", "\u0301\u0301", "a\u0301", "\u0301a", "a\u0301b", "a\u20dd b", "x\u0338 y", "o\u0308", "é.à", "pleuralé effusionà", "élung noduleé", "lunéng nodéule",
    # Cases that change the number of scalars or become ASCII.
    "İstanbul", "İSTANBUL HOSPITAL", "İ", "Iİıi", "ISPARTA ısparta", "i\u0307stanbul", "Kelvin \u212a scale", "\u212aidney normal", "\u212a \u212a", "\u212b unit", "ſevere ſtenosis",
    "ΟΔΟΣ ΣΟΦΟΣ", "ΑΣ", "ΑΣ ΒΣ", "Σ", "Σ Σ", "σς ΣΑΣ", "αβγ lung Ωmega", "ΑΣ. lung nodule", "lungΣ nodule", "Ǆ ǅ ǆ", "ǅungla lung", "ﬁbrosis of lung", "eﬀusion is small",
    "ﬁ ﬂ ﬃ", "ŒDEMA œdema", "Þorn ðe", "ΐ ΰ test", "ﬅ ﬆ lung", "𝐋𝐮𝐧𝐠 nodule", "𐐀𐐁 deseret", "Ꭰ Ꮿ cherokee", "Ა Ბ georgian", "Ⓐ ⓐ circled", "Ⅷ ⅷ roman",
    # Numbers that are no ASCII digits.
    "m² and cm³", "x²", "½ lung", "1½ cm nodule", "① ② three", "٣.٥ سم عقدة", "٣ ٤", "１２．３ mm", "１２.３ mm nodule", "३ गाँठ", "Ⅳ. stage lung", "12.٣ mm nodule", "₂ lung", "10⁶ cells",
    # Full stops that are none.
    "lung nodule。pleural effusion。", "lung．nodule", "lung․nodule heart", "lung… nodule", "lung·nodule heart", "lung‧nodule", "lung٫nodule", "lung،nodule heart", "lung؛ nodule؟",
    # Other scripts.
    "肺结节", "肺结节 胸腔积液", "右肺上叶见小结节。", "lung肺nodule", "lung 肺 nodule", "肺 lung", "肺 結節", "肺.結節", "肺. 結節 あり", "폐 결절", "폐결절", "한국어\u1100\u1161 text", "はいけっせつ です", "ハイ ﾊｲ",
    "ｌｕｎｇ ｎｏｄｕｌｅ", "عقدة في الرئة", "عُقْدَة", "ا\u0640ل رئة", "גוש בריאה", "גּוּשׁ", "узелок в лёгком", "Узелок", "УЗЕЛОК lung", "फेफड़े की गाँठ", "ปอด ก้อน", "ปอดก้อน", "ཀ་ཁ་ག",
    "ภาพ CT ปอด", "ক্ষ ত্র", "நுரையீரல் முடிச்சு", "ኣየር ሳንባ", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ", "ʰ ʷ ˠ lung", "ー ー", "々 々", "〇 二", "𠀀 𠀁", "𓀀 𓂀",
    # Joiners, emoji, flags, keycaps and other things that are one character to a reader.
    "👍", "👍 👍", "lung 🫁 nodule", "lung👍nodule heart", "👨‍👩‍👧‍👦 family", "👩🏽‍⚕️ doctor sees", "🇩🇪 🇹🇷 flags", "1️⃣ lung", "1️⃣ 2️⃣", "#️⃣ *️⃣ key", "❤️ heart", "heart❤️size normal", "a\u200db", "a\u200db c",
    "a\u200cb c", "a\u200d\u200db", "क्\u200dष lung", "می\u200cخواهم lung", "a\ufe0fb c", "lung\u034fnodule", "☠︎ ☢ ☣", "→ lung ← nodule ↔", "€ £ $ ¢", "© ® ™ lung", "° µ Ω", "µm size", "37 °C fever", "±5 mm",
    "‘lung’ “nodule”", "«lung» ‹nodule›", "lung–nodule—heart", "lung‐nodule", "lung‑nodule", "a‿b c", "a﹍b c", "a＿b c", "\ufffd\ufffd lung \ufffd nodule", "lung\ufffd\ufffdnodule", "\ue000 private \uf8ff use", "lung\U000e0041tag nodule",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f flag",
    # Special tokens, continuations and controls as text of a user.
    "[CLS] lung [SEP] nodule [PAD]", "[UNK]", "[MASK] nodule", "[unused0] nodule", "##s lung ##itis", "##a ##b", "lung\\nnodule", "<s>lung</s>", "{term} is seen", "There is {term}", "%s %d %n lung", "lung;DROP TABLE", "\\u0041 lung",
    # Underscores and mixtures of digits and letters.
    "lung_nodule", "lung_nodule seen", "_lung nodule_", "lung__nodule__ seen", "a_1_b_2 c", "covid_19 and covid19", "7th rib", "rib 7", "x7j", "xjq lung", "lungx nodulej", "lungs7 noduleq",
]


def _long():
    """Words around the tokenizer's limit of 100 characters, and texts around the model's 97 tokens."""
    for length in (1, 2, 99, 100, 101, 102, 200, 512, 5000):
        yield "lung " + "a" * length
        yield "nodule" * (length // 6 + 1) + " lung"
    yield "lung " + "a" * 50 + "é" * 100 + "b" * 50
    yield "lung " + "a" * 50 + "_" + "b" * 50
    yield "lung " + "_" * 101
    for count in (1, 2, 46, 47, 48, 93, 94, 95, 96, 97, 98, 200):
        yield " ".join(["lung"] * count)
        yield ". ".join(["lung nodule"] * count)
    yield "e\u0301" * 1000
    yield "👨‍👩‍👧" * 300
    yield "1." * 500 + " lung nodule"
    yield "." * 1000 + "lung nodule"


def _mixed(count, seed):
    """Random mixtures of everything above, from a seed."""
    chance = random.Random(seed)
    scalars = list("abcXYZ019 _ .. ,-\n\r\t") + list("éßİıΣςſ\u212a\u0301\u0307\u200d\u200c\u00ad\u00a0\u2028²½Ⅷ٣肺ةक्👍🏽ﬁ１．。\ufe0f\u20e3\ufffd")
    words = ["lung", "Nodule", "effusion.", "10.", "3.5", "pleural", "CARDIO", "_"]
    for _ in range(count):
        yield "".join(chance.choice(words) + " " if chance.random() < 0.25 else chance.choice(scalars)
                      for _ in range(chance.randint(1, 40)))


def lines():
    """All of them, each once."""
    return list(dict.fromkeys([*WRITTEN, *_long(), *_mixed(120, seed=20250103)]))
