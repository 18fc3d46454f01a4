"""What the abnormalities of the lungs are called."""

from wording import PLATES, SIZED, SPREAD, Wording

IN_LUNGS: dict[str, Wording] = {
    "Emphysema": Wording(
        one=("emphysematous pattern",),
        mass=(
            "emphysema", "pulmonary emphysema", "emphysematous change", "emphysematous destruction",
            "centrilobular emphysema", "emphysema of the lung tissue",
            "emphysematous lung destruction",
        ),
        plural=(
            "emphysematous changes", "emphysematous areas", "emphysematous holes",
            "emphysematous lungs", "low density areas of emphysema",
        ),
        clauses=(
            "{site} {s:show} {degree} emphysematous [change|changes|destruction]",
            "{site} {are} {adverb} [emphysematous|destroyed by emphysema]",
            "Emphysema has {adverb} destroyed the alveoli {where}",
            "The alveolar walls are {adverb} destroyed {where} as in emphysema",
            "The density of the lung is {adverb} reduced {where} due to emphysema",
        ),
        denials=(
            "[The lungs show|There are] no emphysematous changes",
            "The lungs are not emphysematous",
        ),
    ),
    "Atelectasis": Wording(
        one=(
            "atelectatic area", "band of atelectasis", "focus of atelectasis",
            "area of atelectasis",
        ),
        mass=(
            "atelectasis", "atelectatic change", "pulmonary atelectasis",
            "volume loss due to atelectasis", "lung collapse with atelectasis",
            "atelectatic lung tissue", "atelectatic volume loss",
        ),
        plural=("atelectatic changes", "atelectatic areas", "atelectatic bands"),
        clauses=(
            "{site} {are} {adverb} atelectatic",
            "{site} {s:show} {degree} atelectatic [change|changes|volume loss]",
            "Lung tissue {where} has {adverb} collapsed as in atelectasis",
            "{site} {have} {adverb} lost volume because of atelectasis",
            "The lung is {adverb} collapsed and airless {where} from atelectasis",
        ),
        denials=(
            "No airless atelectatic tissue is seen in the lungs",
            "The lungs show no atelectatic volume loss",
        ),
        degrees=PLATES,
    ),
    "Lung nodule": Wording(
        one=(
            "lung nodule", "pulmonary nodule", "@nodule", "nodular lung lesion",
            "parenchymal nodule", "solid lung nodule", "solid pulmonary nodule", "@solid nodule",
            "@nodular lesion", "nodular focus", "!nodule in the lung", "@rounded nodule",
            "!spot on the lung",
        ),
        many=(
            "lung nodules", "pulmonary nodules", "@nodules", "nodular lung lesions",
            "parenchymal nodules", "solid pulmonary nodules", "@solid nodules", "@nodular lesions",
            "!nodules in the lung",
        ),
        clauses=(
            "{site} {s:contain} a [rounded |small round |solid |]nodule [of|measuring] {size}",
            "A nodule {where} measures {size}", "A nodular structure of {size} lies {at}",
            "The diameter of the nodule {where} is {size}",
        ),
        denials=(
            "The lungs are free of nodules",
            "No nodular [lesion|structure|focus] is [seen|found] in the lungs",
            "The lungs contain no nodular lesion",
        ),
        degrees=SIZED,
    ),
    "Lung opacity": Wording(
        one=(
            "lung opacity", "pulmonary opacity", "ground-glass opacity", "hazy lung opacity",
            "hazy opacity", "area of ground-glass attenuation", "ground-glass area",
            "parenchymal opacity",
        ),
        mass=(
            "lung opacity", "ground-glass opacity", "ground-glass attenuation",
            "ground-glass density", "ground-glass opacification", "hazy increase in lung density",
            "cloudy lung density",
        ),
        plural=(
            "lung opacities", "ground-glass opacities", "ground-glass areas", "pulmonary opacities",
            "hazy opacities", "opacified ground-glass areas", "ground-glass changes",
        ),
        clauses=(
            "{site} {s:appear} {adverb} hazy",
            "{site} {s:show} {degree} ground-glass [opacity|opacities|density]",
            "Lung density {where} is {adverb} increased in a ground-glass manner",
            "The lung is {adverb} opacified {where} with visible vessels",
            "{site} {are} {adverb} clouded by ground-glass density",
        ),
        denials=(
            "The lungs are free of ground-glass opacity", "No hazy area is seen in the lungs",
            "The lungs show no ground-glass density",
        ),
        degrees=SPREAD,
    ),
    "Mosaic attenuation pattern": Wording(
        one=(
            "mosaic attenuation pattern", "mosaic pattern", "mosaic pattern of lung attenuation",
            "mosaic perfusion pattern", "mosaic-like density pattern", "patchy mosaic pattern",
            "patchwork of lung density",
        ),
        mass=(
            "mosaic attenuation", "!mosaic attenuation of the lungs", "mosaic lung density",
            "mosaic perfusion", "!mosaic appearance of the lungs",
        ),
        clauses=(
            "The lungs show {degree} mosaic attenuation",
            "Lung attenuation is {adverb} mosaic-like {where}",
            "[|Patches of ]dark and bright lung areas alternate {adverb} in a mosaic pattern",
            "Attenuation of the lungs varies {adverb} from area to area in a mosaic pattern",
            "The lung density is {adverb} inhomogeneous {where} with a mosaic [pattern|appearance]",
        ),
        denials=(
            "[Lung attenuation|Attenuation of the lungs] shows no mosaic pattern",
            "The lungs are not mosaic-like in attenuation",
            "Lung density shows no mosaic differences",
        ),
    ),
    "Consolidation": Wording(
        one=(
            "consolidation", "consolidated area", "area of consolidation", "focus of consolidation",
            "consolidative lesion", "airspace consolidation", "dense consolidated area",
        ),
        mass=(
            "consolidation", "pulmonary consolidation", "airspace consolidation",
            "parenchymal consolidation", "lung consolidation", "dense consolidation",
            "consolidation with air bronchogram", "alveolar consolidation",
        ),
        plural=(
            "consolidated areas", "consolidations", "areas of consolidation",
            "consolidative changes",
        ),
        clauses=(
            "{site} {are} {adverb} consolidated",
            "{site} {s:show} {degree} consolidation [|with an air bronchogram]",
            "The alveoli are {adverb} filled {where} by consolidation",
            "Dense consolidation with air in the bronchi is seen {where}",
            "Airspace filling with {degree} consolidation is present {where}",
        ),
        denials=(
            "The lungs are free of consolidation",
            "No consolidated area is [seen|found] in the lungs",
            "No pneumonic consolidation [was found|is seen]",
        ),
        degrees=SPREAD,
    ),
    "Interlobular septal thickening": Wording(
        one=("septal pattern with thickened lines",),
        mass=(
            "interlobular septal thickening", "septal thickening",
            "thickening of the interlobular septa", "smooth interlobular septal thickening",
            "thickening of the septa",
        ),
        plural=(
            "thickened interlobular septa", "thickened septa", "septal lines",
            "thickened septal lines", "prominent interlobular septa",
            "interlobular septal thickenings", "thick lines between secondary lobules",
        ),
        clauses=(
            "The interlobular septa are {adverb} thickened {where}",
            "The septa {where} are {adverb} thick",
            "{site} {s:show} {degree} [septal thickening|interlobular septal thickening]",
            "Septal lines are {adverb} prominent {where}",
            "The secondary lobules {where} are {adverb} outlined by thickened septa",
        ),
        denials=(
            "The interlobular septa are [not thickened|thin|normal]",
            "Septal lines are not [visible|prominent]",
        ),
    ),
    "Lung cyst": Wording(
        one=(
            "lung cyst", "pulmonary cyst", "@cyst", "thin-walled cyst", "air-filled lung cyst",
            "parenchymal cyst", "@air cyst", "cystic lung lesion", "@thin-walled cystic lesion",
            "simple lung cyst", "!cyst in the lung", "cystic air space",
        ),
        many=(
            "lung cysts", "pulmonary cysts", "@cysts", "thin-walled cysts", "air-filled lung cysts",
            "parenchymal cysts", "@air cysts", "cystic lung lesions", "cystic air spaces",
        ),
        clauses=(
            "{site} {s:contain} a [thin-walled |round |air-filled |]cyst [of|measuring] {size}",
            "A cyst with a thin wall lies {at} and measures {size}",
            "A cyst {where} measures {size}", "The diameter of the cyst {where} is {size}",
        ),
        denials=(
            "The lungs are free of cysts",
            "No cystic [lesion|change|air space] is [seen|found] in the lungs",
        ),
        degrees=SIZED,
    ),
    "Lung mass": Wording(
        one=(
            "lung mass", "pulmonary mass", "@mass", "solid lung mass",
            "[lung|pulmonary] [tumour|tumor]", "@mass lesion", "bulky lung mass", "@[tumour|tumor]",
            "space-occupying lung mass", "parenchymal mass", "soft tissue mass of the lung",
            "@lobulated mass", "!mass in the lung", "@[tumorous|tumourous] lesion",
            "@large solid lesion",
        ),
        many=(
            "lung masses", "pulmonary masses", "@masses", "solid lung masses",
            "lung [tumours|tumors]", "space-occupying lung masses",
        ),
        clauses=(
            "{site} {s:contain} a [solid |bulky |lobulated |large |]mass [of|measuring] {size}",
            "A mass {where} measures {size}", "A [tumour|tumor] of {size} occupies part of {site}",
            "The diameter of the mass {where} is {size}",
        ),
        denials=(
            "The lungs are free of masses", "No [tumour|tumor] is [seen|found] in the lungs",
            "No mass occupies the [lungs|lung tissue]",
        ),
        degrees=SIZED,
    ),
}  # fmt: skip
