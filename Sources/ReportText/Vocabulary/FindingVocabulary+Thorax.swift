extension FindingVocabulary {
  mutating func addPleuraAndMediastinum() {
    add(
      "Pleural effusion", "effusion|effusions,hemothorax,haemothorax,hydrothorax,chylothorax",
      .atOrNot([.pleura], not: [.pericardium, .otherOrgan, .heart]))
    add(
      "Pleural effusion",
      "pleural fluid|liquid|collection*,fluid ~3 pleura*,fluid around ~3 lung|lungs,fluid ~1 fissure*,"
        + "liquid ~4 pleura*,fluid ~4 separates,fluid ~6 hemithora*,fluid ~6 pleura*,"
        + "hemithora* ~6 fluid,hydropneumothora*")
    add(
      "Pericardial effusion", "effusion|effusions", .at([.pericardium, .heart]))
    add(
      "Pericardial effusion",
      "pericardial fluid|liquid|collection*|tamponade,fluid ~3 pericardi*,fluid around ~1 heart,"
        + "liquid ~3 pericardi*,hemopericardium,tamponade")
    add(
      "Pneumothorax",
      "pneumothora*,hydropneumothora*,pleural|intrapleural ~1 air,air ~4 pleural space*|cavity|cavities,"
        + "air around ~3 lung|lungs,air ~3 pleura,air ~6 pleural space*|cavity|cavities,"
        + "air ~4 hemithorax")
    add("Pneumothorax", "free air", .at([.pleura, .lung]))
    add(
      "Pneumomediastinum",
      "pneumomediastin*,emphysem* in|of ~1 mediastin*,mediastinal|paratracheal ~1 air|emphysema|gas,air|gas ~3 mediastin*"
    )
    add(
      "Pleural calcification",
      "calcif*,calcified|calcific plaque*,calcium", .at([.pleura]))
    add(
      "Pleural calcification",
      "plaque* ~1 calci*,calcif* ~1 pleura* ~1 thicken*,calcif* ~1 pleura* ~1 plaque*,pleura* plaque* ~2 calcif*|calcium"
    )
    add(
      "Lymphadenopathy",
      "lymphadenopath*,adenopath*,lap,laps,lymphadenomegal*,"
        + "enlarged|swollen|pathological|pathologic|conglomerate* ~5 lymph node*|gland*,"
        + "pathologically enlarged ~3 lymph node*|nodes,enlarged ~2 node|nodes,"
        + "lymph node|gland enlargement,enlargement of ~3 lymph|nodes,lymph node* ~2 enlarged,"
        + "lymph node* ~4 enlarged|pathological|pathologic|conglomerat*,"
        + "pathologically|pathological|pathologic ~1 sized|size|dimension* ~4 lymph node*,"
        + "metastatic|malignant|necrotic|bulky|suspicious ~2 lymph node*,lymph node* ~3 metast*|necro*,"
        + "increase* in ~2 lymph node size*,increase* in ~3 size*|dimension* ~2 of ~4 lymph node*,"
        + "size*|dimension* of ~3 lymph node* ~2 increased,"
        + "lymph node* ~3 increase* in size,"
        + "lymph node* ~5 lost ~4 shape|form")
    add(
      "Hiatal hernia",
      "hiatal ~2 hernia*,hiatus ~1 hernia*,hernia* ~8 hiatus,sliding ~3 hernia*,paraesophageal hernia*,"
        + "stomach ~3 herniat*,hernia* of|at ~3 stomach|hiatus,intrathoracic stomach,hiatal,gastric|stomach hernia*,"
        + "herniat* ~1 stomach,gastric fundus ~6 mediastinum")
  }

  mutating func addHeartAndVessels() {
    let calcium =
      "calcif*,calcified|calcific plaque*,calcium,calcium deposit*,"
      + "calcified|calcific aortic|coronary|wall|vascular|arterial plaque*"
    add(
      "Cardiomegaly",
      "cardiomegal*,heart|cardiac ~6 enlarged|increased|enlargement|dilated|big,"
        + "enlarged|large|big|dilated ~1 heart,enlargement of ~1 heart|cardiac,"
        + "cardiothoracic index|ratio ~5 increas*|exceed*|above|high|elevated,"
        + "increase* ~2 cardiothoracic|heart,increase* in ~2 heart|cardiac size,"
        + "heart|cardiac ~3 larger|exceed*|prominent,enlarged|widened|large ~1 cardiac,"
        + "cardiac silhouette|shadow|contour ~3 widened|enlarged|increased,"
        + "increased cardiac|heart size,global enlargement of,ctr|cti|cto ~2 increase*")
    add("Arterial wall calcification", calcium, .at([.artery]))
    add("Coronary artery wall calcification", calcium, .at([.coronary]))
    add("Pericardial calcification", calcium, .at([.pericardium]))
    add(
      "Atherosclerosis", "atheroscl*,atherom*,atheroscl* ~1 plaque*,atherom* ~1 plaque*",
      separates: false)
    add("Arterial wall calcification", "atheroscl* ~1 calcif*,atherom* ~1 calcif*", .at([.artery]))
    add(
      "Coronary artery wall calcification", "atheroscl* ~1 calcif*,atherom* ~1 calcif*",
      .at([.coronary]))
    add("Atherosclerosis", "atheroscl* ~1 calcif*,atherom* ~1 calcif*", separates: false)
    // CT shows the calcium of a plaque. A plaque in a named vessel therefore also counts as calcification of its wall.
    let plaques = "atheroscl*,atherom*,atheroscl* ~1 plaque*,atherom* ~1 plaque*,plaque|plaques"
    add("Arterial wall calcification", plaques, .at([.artery]), separates: false)
    add("Coronary artery wall calcification", plaques, .at([.coronary]), separates: false)
  }

  mutating func addBonesAndMaterial() {
    add(
      "Osteophyte",
      "osteophyt*,osteophyt* ~1 spur*,bony|bone spur*,bridging spur*,spur formation*,syndesmophyt*")
    add(
      "Rib fracture",
      "rib|ribs|costal ~2 fractur*,rib|costal break*,ribs|rib ~3 break,break* ~2 rib|ribs,cortex of ~1 rib ~2 interrupted,broken ~1 rib|ribs,rib|ribs ~3 broken|fractured"
    )
    add("Rib fracture", "fractur*,fracture line*", .at([.rib]))
    add("Spondylosis", "spondylosis,spondylotic,spondylodegenerat*,spondyloarthro*,spondylarthro*")
    add(
      "Medical material",
      "pacemaker*,pacemaker ~1 lead*|electrode*|wire*,icd,port chamber|catheter|system|device,chemoport,"
        + "venous|implanted|chemotherapy port,port,catheter*,central venous ~1 catheter|line*,"
        + "central|picc line,picc,nasogastric|feeding|endotracheal|chest|tracheostomy|drainage|gastric|enteric|"
        + "thoracostomy|stomach|intubation tube*,tube|tubes,drain,drains,thoracic|pleural|chest drain*,cannula*,"
        + "stent*,sternotomy ~1 wire*|suture*,sternal ~2 wire*|suture*|cerclage*,staple|staples,vena cava filter*,endograft*,graft material*,coil|coils,wire* ~3 sternum,"
        + "sternum ~3 wire*,cerclage,suture|sutures ~1 material*|wire*|sternum,suture*,surgical ~1 clip*|material*|suture*,"
        + "clips,prosthetic ~1 valve*,valve prosthes*,"
        + "prosthes*,peg ~1 tube*|catheter*|material*,peg,gastrostomy ~1 tube*,clip ~1 material*,fixator*,"
        + "cochlear|dental|silicone ~1 implant*,implant* in ~3 breast*,"
        + "medical ~1 material*|device*|hardware,"
        + "metallic ~2 material*|clip*|implant*|device*|suture*|density|densities,implanted ~1 material|device*,indwelling ~1 device*|"
        + "material,support device*,operation material*,electrode*,screw*,osteosynthesis,fixation,"
        + "instrumentation,foreign object*|body,tracheostomy,artificial material,"
        + "therapeutic material,battery ~3 pacemaker,intubated",
      .any)
  }

  mutating func addOthers() {
    func other(
      _ term: String, _ patterns: String, _ condition: FindingRule.Condition = .any
    ) { add(term, patterns, condition, isInPromptSets: false) }
    other(
      "hepatic steatosis", "hepatosteato*,steatosis,fatty ~1 liver,hepatic steatosis,liver ~2 fatty"
    )
    other("scoliosis", "scolio*")
    other("kyphosis", "kyphosis,kyphotic")
    other("gallstones", "gallstone*,cholelith*")
    other("pulmonary embolism", "pulmonary ~1 embol*,embolism,emboli,thromboembol*")
    other("pulmonary embolism", "filling defect*", .atOrNot([], not: [.otherOrgan]))
    other("aortic aneurysm", "aortic aneurysm*,aneurysm*", .at([.artery]))
    other(
      "dilated pulmonary artery",
      "dilat* ~2 pulmonary artery|arteries|trunk,"
        + "pulmonary artery|trunk ~3 dilated|increased,pulmonary hypertension")
    other("dilated aorta", "dilat* ~2 aort*,aort* ~4 dilat*|ectatic,ectatic ~2 aorta")
    other(
      "pleural thickening", "pleural ~1 thick*,thickening*|thickened ~2 pleura*,pleural plaque*")
    other("bulla", "bulla*,bullous,bleb|blebs")
    other("air trapping", "air trapping")
    other(
      "cavity", "cavity|cavities,cavitat*,cavitary ~1 lesion*", .atOrNot([.lung], not: [.pleura]))
    other("pleural nodule", "pleural nodul*,nodul* ~4 in|of ~1 pleura")
    other(
      "bronchiolitis",
      "acinar|centriacinar|centracinar|centrilobular ~1 opacit*|infiltrat*,bronchiolitis,tree in bud,budding tree,small airway* disease"
    )
    other("mucus plugging", "mucus plug*,mucoid impaction")
    other("pulmonary edema", "pulmonary|lung|cardiac|alveolar edema|oedema,pulmonary congestion")
    other("metastasis", "metast*")
    other(
      "vertebral compression fracture", "compression fracture*,height loss,vertebral ~2 fracture*")
    other("degenerative changes of the spine", "degenerative ~1 change*|disc")
    other(
      "elevated diaphragm",
      "elevat* ~3 diaphragm|hemidiaphragm,diaphragm|hemidiaphragm ~2 elevat*|raised|high")
    other("breast prosthesis", "breast ~1 implant*|prosthes*,breasts ~3 prosthes*|implant*")
    other(
      "subcutaneous emphysema",
      "subcutaneous emphysema,soft tissue emphysema,emphysem* in|of ~2 subcutaneous|skin")

    other("goitre", "goiter,goitre")
    other("splenomegaly", "splenomegaly")
    other("hepatomegaly", "hepatomegaly")
    other("gynecomastia", "gynecomastia,gynaecomastia")
    other("lung contusion", "contusion*")
    other("granuloma", "granulom*")
    other("reticulation", "reticula*,reticulonodular densit*|infiltrat*|opacit*")
  }
}
