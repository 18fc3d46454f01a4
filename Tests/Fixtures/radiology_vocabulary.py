"""A WordPiece vocabulary of English radiology words, written for these tests (no list of anybody
else's is copied).

Its order and its gaps are deliberate: a special token does not come first, whole words stand beside
their stems and endings, and some letters cannot continue a word, so that longest-match,
continuation and [UNK] are all exercised.
"""

WORDS = """
the a an of in on at to and or with without no not is are was were be been there this that these
those it its as by for from into over under than then also both each other another same new old
prior since seen noted found shown present absent likely possible probable suspected suggest
suggests suggesting suggestive consistent compatible compared comparison unchanged stable increased
decreased increase decrease interval change changes mild mildly moderate moderately severe severely
marked markedly minimal minimally small large tiny giant multiple several few single bilateral
bilaterally unilateral right left upper middle lower lobe lobes lobar lobule lobular segment
segments segmental subsegmental apex apical base basal basilar anterior posterior lateral medial
superior inferior central peripheral proximal distal diffuse focal patchy nodular linear reticular
ground glass opacity opacities consolidation consolidations atelectasis atelectatic emphysema
emphysematous fibrosis fibrotic honeycombing bronchiectasis bronchiectatic bronchus bronchi
bronchial bronchiole bronchiolar bronchiolitis bronchovascular peribronchial thickening thickened
wall walls septal interlobular septa interstitial interstitium alveolar alveoli airspace airway
airways trachea tracheal carina hilum hilar hila mediastinum mediastinal paratracheal subcarinal
axillary lymph node nodes lymphadenopathy adenopathy lung lungs pulmonary parenchyma parenchymal
pleura pleural effusion effusions empyema pneumothorax pneumomediastinum pneumonia pneumonitis
pneumonic infection infectious inflammation inflammatory infiltrate infiltrates infiltration cavity
cavities cavitary cavitation cyst cysts cystic bulla bullae bullous bleb nodule nodules mass masses
lesion lesions tumor tumors metastasis metastases metastatic malignant malignancy benign calcified
calcification calcifications calcific granuloma granulomas granulomatous tuberculosis mycetoma
abscess heart cardiac cardiomegaly pericardium pericardial coronary artery arteries arterial aorta
aortic vein veins venous vessel vessels vascular atherosclerosis atherosclerotic plaque plaques
stenosis aneurysm aneurysmal dissection embolism emboli embolus thrombus thrombosis dilated
dilatation dilation ectasia ectatic diameter caliber mm cm ml hounsfield unit units density
densities attenuation mosaic pattern hiatal hernia esophagus esophageal stomach liver hepatic
hepatomegaly spleen splenic splenomegaly kidney kidneys renal adrenal gland glands pancreas
pancreatic gallbladder gallstone gallstones bowel abdomen abdominal peritoneal fluid fat fatty
steatosis bone bones osseous rib ribs fracture fractures vertebra vertebrae vertebral spine spinal
thoracic thorax chest sternum clavicle scapula osteophyte osteophytes spondylosis degenerative
sclerotic lytic osteopenia osteoporosis scoliosis kyphosis thyroid goiter breast skin soft tissue
tissues muscle catheter catheters tube tubes tip stent stents pacemaker lead leads valve valves
prosthesis sternotomy surgery surgical postoperative resection lobectomy medical material device
image images imaging scan study examination contrast enhanced enhancement intravenous motion
artifact artifacts axial coronal sagittal window reconstruction slice slices patient age year years
history cough fever dyspnea pain smoker smoking cancer carcinoma lymphoma sarcoidosis covid viral
bacterial fungal acute subacute chronic active old healed residual sequela sequelae scar scars
scarring traction volume loss elevation diaphragm hemidiaphragm shift deviated deviation normal
abnormal unremarkable limits within size shape contour contours margin margins smooth irregular
spiculated lobulated round oval solid subsolid partially completely open patent obstruction
obstructive obstructed narrowing occlusion occluded filling defect defects air trapping tree bud
crazy paving halo reversed sign signs crescent follow up recommended correlation clinical advised
report findings finding impression conclusion
""".split()

STEMS = """
broncho cardio hemo hepato hydro hyper hypo inter intra lympho macro micro neuro osteo para peri
pleuro pneumo poly post pre pseudo sub supra thoraco trans vaso angio atelect cavit nodul fibro
sarco steno throm tuber un non re de di ex
""".split()

ENDINGS = """
##s ##es ##ed ##ing ##ly ##al ##ic ##ous ##ary ##itis ##osis ##oses ##oma ##omas ##omegaly ##pathy
##plasty ##ectomy ##otomy ##scopy ##graphy ##gram ##graph ##emia ##uria ##algia ##plegia ##genic
##genesis ##lysis ##cele ##ectasis ##ectasia ##sclerosis ##stenosis ##thorax ##cardium ##pleural
##lobar ##hilar ##vascular ##aortic ##renal ##cardiac ##pulmonary ##mediastinal ##bronchial ##ular
##able ##ation ##ations ##tion ##sion ##ment ##ness ##less ##ful ##ism ##ist ##ity ##ive ##ize
##ized ##izing ##er ##or ##est ##y ##th ##nd ##st ##rd ##mm ##cm ##ml ##hu ##00 ##10 ##25 ##50 ##99
""".split()

NUMBERS = (
    "10 12 15 20 25 30 40 50 60 70 80 90 97 100 120 150 200 250 500 512 1000 2019 2020 2024".split()
)


def tokens():
    """The lines of the vocabulary."""
    start = ["[unused0]", "[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = list("abcdefghijklmnopqrstuvwxyz0123456789")
    # No continuation by j, q, x or 7, and no token at all for the underscore: words that need them
    # are unknown.
    continuations = ["##" + letter for letter in letters if letter not in "jqx7"]
    return list(
        dict.fromkeys(start + ENDINGS + continuations + sorted(WORDS) + NUMBERS + STEMS + letters)
    )
