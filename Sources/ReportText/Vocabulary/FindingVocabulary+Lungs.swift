extension FindingVocabulary {
  private static let elsewhere: Set<AnatomicSite> = [
    .otherOrgan, .mediastinum, .lymphNode, .bone, .rib, .wall, .pericardium, .heart, .coronary,
  ]

  mutating func addLungs() {
    let inLungs = FindingRule.Condition.atOrNot([.lung], not: Self.elsewhere)
    add("Emphysema", "emphysem*,amphysem*,panlobular|centrilobular|paraseptal emphysem*")
    add(
      "Atelectasis",
      "atelecta*,atelectic*,ateletas*,athelecta*,collapse of|in ~3 lung|lobe|segment,collapsed ~2 lung|lobe|segment,"
        + "lung|lobe|lobar|segmental|subsegmental collapse,lung|lobe ~2 collapsed,volume loss ~2 lung|lobe"
    )
    add(
      "Lung nodule",
      "nodule|nodules,micronodul*,nodular lesion*|focus|foci|density|densities|structure*|opacit*|"
        + "formation*|appearance*,nodular ~2 lesion*,nodular lung|pulmonary lesion*,"
        + "spot on ~1 lung,nodularit*", inLungs)
    add(
      "Lung opacity",
      "ground glass,groundglass,nodular ~1 ground glass ~1 opacit*|densit*|area*|infiltrat*|lesion*,"
        + "ground glass ~1 nodular opacit*|densit*,frosted glass ~1 area*|densit*|opacit*,frosted glass,icy glass,glass densit*|opacit*,icy density|densities,"
        + "nodular infiltrat*,nodular density|densities increase*,ground glass ~1 opacit*|densit*|attenuation|area*|infiltrat*|opacification|"
        + "change*|appearance*,ggo,ggos,opacit*,opacification*,opacified,infiltrat*,"
        + "crazy paving,density|parenchymal increase*,increase* in|of ~2 density,increased density,"
        + "hazy ~2 area*|densit*|increase*,hazy,hazin*,cloud* ~3 density,ground glass ~3 nodule|nodules,"
        + "nodule|nodules of|in|with ~1 ground glass ~1 densit*|attenuation",
      inLungs)
    add(
      "Lung nodule",
      "ground glass ~3 nodule|nodules,nodule|nodules of|in|with ~1 ground glass ~1 densit*|attenuation,micronodul* opacit*|infiltrat*",
      inLungs)
    add(
      "Pulmonary fibrotic sequela",
      "sequel*,fibrotic ~1 nodul*,sequel* ~1 increase* in ~1 densit*,increase* in ~1 sequel* ~1 densit*,fibro atelecta*,pleuroparenchymal ~1 fibro atelecta*,sequel* ~1 fibrotic atelecta*,fibrotic atelecta*,"
        + "pleural parenchymal ~1 densit*|sequel*,"
        + "pleural parenchymal ~1 sequel* ~1 increase* in ~1 densit*,pleuroparenchymal ~1 sequel* ~1 densit* ~1 increase*,sequel*|fibrotic ~1 densit* ~1 increase*,sequel* ~2 fibrotic|fibrosis|change*|density|densities|atelecta*,fibrotic,"
        + "fibrotic ~1 change*|band*|sequel*|density|densities|recession*|retraction*|line*|scar*|streak*|tissue,"
        + "pleuroparenchymal ~1 band*|densit*|sequel*|scar*|fibro*,fibroatelecta*,scar,scars,scarring,"
        + "parenchymal|subpleural ~1 band|bands,fibrosis ~1 sequel*,fibrous band*|strand*",
      .atOrNot([.lung, .pleura], not: [.rib, .bone, .otherOrgan, .lymphNode]))
    add("Lung nodule", "sequel* ~1 calcif* ~1 nodul*,calcif* ~1 sequel* ~1 nodul*", inLungs)
    add("Atelectasis", "atelecta* densit* increase*")
    add(
      "Consolidation",
      "consolidat*,airspace disease|filling,air space disease|filling")
    add(
      "Mosaic attenuation pattern",
      "mosaic*,mosaic ~1 attenuation|perfusion|pattern|density|appearance,"
        + "patchwork of ~1 density")
    add(
      "Interlobular septal thickening",
      "septal ~1 thicken*|prominence|line*|edema,sept* ~2 thickness* ~3 increase*,interlobular ~2 thickness ~1 increase*,"
        + "increase* ~1 interlobular ~2 thickness,prominen* ~6 interlobular ~1 sept*,interlobular ~3 thicken*|thick,increase* ~3 septal thickness*,interseptal ~2 thicken*,sept* ~7 thicken*|thick|prominent,"
        + "thicken*|thick ~4 interlobular|septa|septal|septum,increase* ~1 thickness* ~4 interlobular|septa|septal,prominent ~1 interlobular|septa|septal,kerley"
    )
    add(
      "Pulmonary fibrosis",
      "fibrosis,post covid ~1 fibrosis,pulmonary|lung|interstitial fibrosis,honeycomb*,uip,usual interstitial pneumonia,"
        + "fibrotic interstitial|lung disease,fibrosing")
    add(
      "Lung cyst",
      "lung|pulmonary|parenchymal|air|intrapulmonary cyst|cysts,thin walled ~1 cyst*,air filled ~1 cyst*,"
        + "cystic air space*,cystic lung|pulmonary disease|lesion*|change*,lung|pulmonary cystic")
    add("Lung cyst", "cyst|cysts,cystic lesion*|space*|area*", .at([.lung]))
    add(
      "Lung mass",
      "mass|masses,mass lesion*,infiltrative ~1 soft tissue ~1 densit*|appearance*,large solid lesion*,tumor*,tumour*,space occupying lesion*,lung|pulmonary|bronchial cancer|"
        + "carcinoma|neoplasm*|malignancy,bronchogenic carcinoma", inLungs)
    add(
      "Pneumonia",
      "pneumoni*,bronchopneumoni*,bronchiolopneumoni*,covid,covid 19,covid pneumoni*,covid 19 pneumoni*,"
        + "coronavirus,pulmonary|lung infection,pneumonic|bronchopneumonic infiltrat*")
    add("Tuberculosis", "tubercul*,tbc,tb")
    add(
      "Empyema", "empyema*,pyothorax")
  }

  mutating func addAirways() {
    add(
      "Bronchiectasis",
      "bronchiect*,bronchiolect*,bronchi* ~3 dilat*|ectat*,dilat* ~4 bronchi|bronchus|bronchial|bronchiole*,"
        + "ectasia* ~5 bronch*,bronch* ~1 ectasia*,bronchial enlargement*,enlargement* of ~2 bronchi|bronchus|bronchioles"
    )
    add(
      "Peribronchial thickening",
      "peribronch* ~3 thick*|cuffing|increase*|infiltrat*,thick* ~3 peribronch*,"
        + "peribronch* ~3 prominen*|edema,peribronch* ~1 interstiti*,increase* in|of ~1 peribronch* ~1 densit*,"
        + "peribronch* densit* increase*")
    add(
      "Bronchial thickening",
      "bronchial ~2 thicken*|thickened|thick,bronchial ~2 thickness ~3 increase*,"
        + "increase* ~2 bronchial ~2 thickness,bronchus wall* thicken*,thicken* ~3 bronchial,"
        + "thickened|thick bronchial wall*,"
        + "bronchi|bronchioles ~3 thicken*,thicken* ~3 bronchi|bronchus|airway*,airway ~1 thicken*,"
        + "walls of ~3 bronch* ~3 thicken*,thicken* ~1 wall* of ~3 bronch*|airway*,thickened bronch*"
    )
  }
}
