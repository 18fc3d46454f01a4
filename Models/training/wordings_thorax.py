"""What the abnormalities of pleura, heart, vessels, mediastinum and ribs are called."""

from wording import FLUID, SIZED, Wording

IN_THORAX: dict[str, Wording] = {
    "Arterial wall calcification": Wording(
        one=("calcified aortic plaque", "calcific plaque of the aorta", "@calcific wall plaque"),
        mass=(
            "arterial wall calcification", "aortic wall calcification", "aortic calcification",
            "!calcification of the aortic wall", "!calcium in the aortic wall",
            "atheromatous calcification of the aorta", "calcific atherosclerosis of the aorta",
            "@mural calcification", "@calcified plaque",
        ),
        plural=(
            "arterial wall calcifications", "aortic wall calcifications",
            "calcified aortic plaques", "calcium deposits of the arterial wall",
            "@calcified wall plaques", "@calcium deposits", "!calcified plaques in the aorta",
            "calcific atheroma plaques of the aorta",
        ),
        clauses=(
            "{site} {are} {adverb} calcified",
            "{site} {have} {degree} calcified [plaques|deposits]",
            "The aorta shows {degree} [mural|wall] calcification {where}",
        ),
        denials=(
            "The aortic wall is [not calcified|free of calcification|free of calcified plaque]",
            "The wall of the [thoracic aorta|aortic arch] is free of [calcification|calcium]",
        ),
    ),
    "Cardiomegaly": Wording(
        one=(
            "enlarged heart", "big heart", "enlarged cardiac silhouette",
            "increased cardiothoracic ratio",
        ),
        mass=(
            "cardiomegaly", "cardiac enlargement", "enlargement of the heart",
            "global cardiac enlargement", "increased heart size", "increased cardiac size",
            "global enlargement of the heart",
        ),
        clauses=(
            "The heart is {adverb} [enlarged|increased in size]",
            "[Heart|Cardiac] size is {adverb} increased",
            "The heart [appears|is] {adverb} larger than expected",
            "The cardiac [silhouette|contour|shadow] is {adverb} [enlarged|widened]",
            "The cardiothoracic ratio [is {adverb} increased|{adverb} exceeds the expected value]",
            "The cardiac chambers are {adverb} dilated",
        ),
        denials=(
            "[Heart|Cardiac] size is [normal|within normal limits|not increased]",
            "The heart is [normal in size|of normal size|not enlarged]",
            "[Heart contour and size are normal|Heart size does not exceed the normal limits]",
            "The cardiothoracic ratio is [normal|not increased]",
        ),
    ),
    "Pericardial effusion": Wording(
        one=(
            "pericardial effusion", "pericardial fluid collection",
            "fluid collection in the pericardium", "circumferential pericardial effusion",
            "effusion of the pericardial sac", "layer of pericardial fluid",
        ),
        mass=(
            "pericardial fluid", "pericardial effusion", "fluid around the heart",
            "fluid in the pericardium", "free fluid in the pericardial space",
        ),
        clauses=(
            "The [pericardium|pericardial space] contains a {amount} amount of fluid",
            "The [pericardium|pericardial space] contains fluid {size} thick",
            "A {size} layer of fluid is seen [around the heart|in the pericardium]",
            "A {amount} rim of pericardial fluid surrounds the [ventricles|cardiac chambers]",
            "The pericardium is {adverb} distended and filled by an effusion",
            "Fluid separates the pericardial leaves by {size}",
        ),
        denials=(
            "The pericardium is [free of fluid|normal|unremarkable]",
            "No [thickening or effusion|fluid] is seen in the pericardium",
            "The pericardial space is dry",
        ),
        degrees=FLUID, thickness=True,
    ),
    "Coronary artery wall calcification": Wording(
        one=(
            "calcified coronary plaque", "calcific coronary plaque", "coronary wall calcification",
        ),
        mass=(
            "coronary artery wall calcification", "coronary calcification",
            "coronary artery calcification", "coronary calcium",
            "coronary atherosclerosis with calcification", "calcification of the coronary arteries",
            "coronary artery calcium",
        ),
        plural=(
            "coronary calcifications", "calcified coronary plaques", "calcified coronary arteries",
            "coronary artery wall calcifications", "calcium deposits of the coronary arteries",
            "calcific atheroma plaques of the coronary arteries",
        ),
        clauses=(
            "{site} {are} {adverb} calcified",
            "Calcium has been deposited along the coronary arteries",
            "{site} {s:show} {degree} wall [calcification|calcifications]",
            "The coronary artery walls show {degree} calcification {where}",
            "Coronary vessels with {degree} [calcified plaques|calcification] are seen {where}",
        ),
        denials=(
            "The coronary arteries are [not calcified|free of [calcification|calcified plaque]]",
            "No [calcification|calcium|calcified plaque] is seen in the coronary arteries",
        ),
    ),
    "Hiatal hernia": Wording(
        one=(
            "hiatal hernia", "hiatus hernia", "sliding hiatal hernia", "hernia of the stomach",
            "hernia at the [oesophageal|esophageal] hiatus", "gastric hernia", "stomach hernia",
        ),
        mass=(
            "hiatal herniation of the stomach", "gastric herniation through the hiatus",
            "herniation of the stomach into the thorax", "herniated stomach behind the heart",
        ),
        clauses=(
            "[Part of the|The upper] stomach has {adverb} herniated into the [thorax|chest]",
            "The gastric fundus has {adverb} herniated into the [thorax|chest]",
            "The stomach protrudes {adverb} through the [oesophageal|esophageal] hiatus",
            "A {amount} portion of the stomach is located above the diaphragm",
            "The gastric fundus [reaches|extends] {adverb} into the posterior mediastinum",
            "The [oesophageal|esophageal] hiatus is {adverb} widened by herniated stomach",
        ),
        denials=(
            "The stomach is in its normal place below the diaphragm",
            "The [oesophageal|esophageal] hiatus is [normal|not widened|of normal width]",
        ),
        degrees=SIZED,
    ),
    "Lymphadenopathy": Wording(
        one=(
            "enlarged lymph node", "pathologically enlarged lymph node", "swollen lymph gland",
            "@enlarged node", "lymph node of pathological size",
        ),
        mass=(
            "lymphadenopathy", "adenopathy", "lymph node enlargement", "nodal enlargement",
            "enlargement of lymph nodes", "nodal disease",
        ),
        many=(
            "enlarged lymph nodes", "pathologically enlarged lymph nodes", "swollen lymph glands",
            "lymph nodes of pathological size", "@enlarged nodes", "abnormally large lymph nodes",
        ),
        clauses=(
            "A lymph node {where} is enlarged to {size}",
            "The largest lymph node {where} measures {size}",
            "A lymph node [measuring|of] {size} is [seen|found|present] {where}",
        ),
        denials=(
            "Lymph nodes are [normal in size|of normal size|not enlarged|within normal limits]",
            "No lymph node of [pathological|abnormal] size or shape [is seen|was found]",
            "[Mediastinal, hilar and axillary|Mediastinal and hilar] lymph nodes are not enlarged",
        ),
    ),
    "Rib fracture": Wording(
        one=(
            "rib fracture", "fractured rib", "broken rib", "costal fracture", "fracture of a rib",
            "fracture line of a rib", "cortical break of a rib", "costal break", "rib break",
        ),
        many=(
            "rib fractures", "fractured ribs", "broken ribs", "costal fractures",
            "fractures of the ribs", "cortical breaks of ribs",
        ),
        clauses=(
            "A rib is fractured {where}", "The cortex of a rib is interrupted {where}",
            "A rib shows a [fracture|break|fracture line] {where}",
        ),
        denials=(
            "The ribs are intact", "The bony contour of the ribs is [intact|regular]",
            "The ribs show no [fracture|break|fracture line]",
        ),
    ),
    "Pleural effusion": Wording(
        one=(
            "pleural effusion", "@effusion", "pleural fluid collection",
            "collection of pleural fluid", "free pleural effusion", "effusion of the pleura",
        ),
        mass=(
            "pleural effusion", "pleural fluid", "free pleural fluid", "pleural liquid",
            "fluid around the lung", "!fluid in the pleural cavity",
            "!effusion in the pleural space", "@fluid",
        ),
        clauses=(
            "{site} {s:contain} a {amount} amount of [fluid|pleural fluid|free fluid]",
            "Fluid has collected {adverb} {where}",
            "Pleural fluid has accumulated {adverb} {where}",
            "A {amount} amount of [fluid|pleural fluid] is [seen|present] {where}",
            "{site} {are} {adverb} filled with effusion",
            "Fluid {where} separates the lung {adverb} from the [ribs|chest wall]",
        ),
        denials=(
            "[The pleural cavities|Both pleural cavities] are [dry|free of fluid]",
            "No fluid is [seen|found] [around the lungs|in the pleural cavities]",
            "No effusion is seen on either side",
            "Both pleural spaces are free of [fluid|effusion]",
        ),
        degrees=FLUID, thickness=True,
    ),
    "Pneumothorax": Wording(
        one=("pneumothorax", "pleural air collection", "collection of pleural air"),
        mass=(
            "pneumothorax", "free pleural air", "pleural air", "intrapleural air",
            "air around the lung", "!air in the pleural cavity", "@free air",
            "!leaked air in the pleural space",
        ),
        clauses=(
            "{site} {s:contain} a {amount} amount of [air|free air]",
            "{site} {s:contain} a {extent} pneumothorax", "Free air has {adverb} collected {where}",
            "Air has leaked {adverb} into {site}",
            "The lung is {adverb} retracted from the chest wall {where} by a pneumothorax",
            "Pleural air separates the lung {adverb} from the chest wall {where}",
        ),
        denials=(
            "No free air is [seen|found] around the lungs",
            "The lungs are not retracted by a pneumothorax", "The pleural spaces are free of air",
        ),
        degrees=FLUID, thickness=True,
    ),
    "Pleural calcification": Wording(
        one=(
            "calcified pleural plaque", "pleural plaque with calcification",
            "calcific pleural plaque",
        ),
        mass=(
            "pleural calcification", "calcification of the pleura", "calcified pleural thickening",
            "pleural calcium", "!calcium on the pleura",
        ),
        plural=(
            "pleural calcifications", "calcified pleural plaques", "calcified pleural deposits",
            "calcium deposits of the pleura", "pleural plaques with calcification",
            "calcified plaques of the pleura",
        ),
        clauses=(
            "{site} {are} {adverb} calcified", "The pleura is {adverb} calcified",
            "{site} {s:show} {degree} [calcification|calcified plaques]",
            "Calcified plaques line {site}", "Plaques with calcium [cover|line] {site}",
        ),
        denials=(
            "The pleura is not calcified", "The pleural surfaces are free of calcification",
            "No calcified plaque is seen on the pleura",
        ),
    ),
}  # fmt: skip
