/// A part of the body that a word names. Parts are distinguished only where they affect the meaning of findings.
enum AnatomicSite: Hashable {
  /// A part of the lungs or of another organ, such as "segment", "parenchyma" or "left lobe".
  case lungPart
  case lung, pleura, pericardium, heart, artery, coronary, mediastinum, lymphNode, rib, bone, wall
  /// The thyroid, the liver, a kidney or another organ whose nodules and cysts are not lung findings.
  case otherOrgan

  /// Returns the site that the token at `index` names; nil if it names none.
  static func of(_ tokens: ArraySlice<ReportToken>, at index: Int) -> AnatomicSite? {
    let text = tokens[index].text
    let next = index + 1 < tokens.endIndex ? tokens[index + 1].text : ""
    if text == "lobe" || text == "lobes" {
      let previous = index > tokens.startIndex ? tokens[index - 1].text : ""
      if ["upper", "middle", "lower"].contains(previous) { return .lung }
      return ["right", "left", "both"].contains(previous) ? .lungPart : nil
    }
    if text == "descending", index > tokens.startIndex, tokens[index - 1].text == "anterior" {
      return .coronary
    }
    if text == "pleural", next == "based" { return .lung }
    if text.hasPrefix("aort"), next == "valve" || next == "valves" { return .otherOrgan }
    if text.hasPrefix("arter") || text.hasPrefix("vessel") || text == "vascular" {
      // The label "Arterial wall calcification" excludes coronary and pulmonary arteries.
      let previous = tokens[tokens.startIndex..<index].suffix(3)
      return previous.contains { ownArteries.contains($0.text) } ? nil : .artery
    }
    if text == "pulmonary", next.hasPrefix("arter") || next.hasPrefix("trunk") { return nil }
    return words[text]
  }

  private static let ownArteries: Set<String> = [
    "coronary", "descending", "circumflex", "pulmonary", "lad", "heart",
  ]

  private static let words: [String: AnatomicSite] = {
    var table: [String: AnatomicSite] = [:]
    func add(_ site: AnatomicSite, _ names: String) {
      for name in names.split(separator: " ") { table[String(name)] = site }
    }
    add(
      .lung,
      "lung lungs pulmonary lingula lingular laterobasal posterobasal anterobasal mediobasal "
        + "anteromediobasal apicoposterior subpleural fissure intrapulmonary bronchus alveolar")
    add(.lungPart, "parenchyma parenchymal lobar segment segments")
    add(.pleura, "pleura pleural hemithorax hemithoraces pleuras diaphragmatic pleurae")
    add(.pericardium, "pericardium pericardial pericardiac")
    add(.heart, "heart cardiac")
    add(
      .artery,
      "aorta aortic arch arcus arterial artery arteries vascular supraaortic subclavian carotid brachiocephalic "
        + "vessel vessels")
    add(.coronary, "coronary coronaries lad lcx rca circumflex cx lmca")
    add(.mediastinum, "mediastinum mediastinal hilum hilar hila carina subcarinal paratracheal")
    add(.lymphNode, "lymph node nodes")
    add(.rib, "rib ribs costal")
    add(.bone, "bone bones vertebra vertebrae vertebral spine sternum clavicle scapula humerus")
    add(
      .otherOrgan,
      "thyroid liver hepatic kidney kidneys renal adrenal adrenals breast breasts spleen splenic pancreas "
        + "pancreatic gallbladder ovary ovarian skin subcutaneous esophagus esophageal oesophagus axilla "
        + "axillary stomach gastric thymus thymic isthmus surrenal suprarenal valve mitral annulus "
        + "joint abdomen abdominal peritoneal perihepatic perisplenic ascites muscle parotid tracheal trachea "
        + "perirenal pararenal perinephric parapelvic perigastric pericolonic peripancreatic pericholecystic "
        + "retroperitoneal retroperitoneum intraabdominal mesenteric mesentery mesenterium omental omentum "
        + "inguinal pelvic pelvis bladder uterus uterine prostate bowel intestine intestinal colon colonic "
        + "sigmoid duodenum duodenal jejunal bile biliary choledoch choledochal intrahepatic hepatobiliary "
        + "portal surrenals adnexal cervical submandibular fat fatty adipose caecum cecum appendix "
        + "nephric ureter ureteral parathyroid salivary larynx laryngeal nasopharynx brain cerebral psoas gluteal "
        + "rectum rectal umbilical peritoneum ovaries testicular splenium gerota pelvicalyceal mammary intramammary areolar nipple intramuscular muscles kidneys"
    )
    add(
      .bone,
      "schmorl corpus disc discs endplate clavicular scapular costochondral costosternal marrow"
    )
    return table
  }()
}
