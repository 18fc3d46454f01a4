/// The body region that BodyPartExamined names. Scanners write this element in many languages.
enum BodyRegion: Sendable, Equatable {
  /// A chest, alone or together with neighbouring regions.
  case chest
  /// The value is empty or unknown.
  case unknown
  /// Another region of the body.
  case other

  /// Finds the region that a text names.
  ///
  /// - Parameter text: The value of BodyPartExamined. Case, accents and punctuation are ignored.
  init(_ text: String) {
    let text = Self.folded(text)
    let words = text.split { !$0.isLetter }.map(String.init)
    func has(_ stems: [String]) -> Bool {
      // A short Latin stem must match a whole word, because it occurs inside many other words. A stem in another
      // script may match anywhere, even if it is a single character.
      stems.contains { stem in
        stem.utf8.count < 5 && stem.utf8.allSatisfy { $0 < 0x80 }
          ? words.contains(stem) : text.contains(stem)
      }
    }
    if has(Self.spineWords) {
      self = .other
    } else if has(Self.chestWords) {
      self = .chest
    } else {
      self = has(Self.otherWords) ? .other : .unknown
    }
  }

  /// Words for the spine. A thoracic spine does not count as a chest.
  private static let spineWords = [
    "SPINE", "WIRBEL", "COLUMNA", "COLONNA", "RACHIS", "TSPINE", "BWS",
  ]

  private static let chestWords = [
    "CHEST", "THORA", "TORAX", "TORACE", "TORACICO", "TRAX", "LUNG", "LUNGS", "LUNGE", "LUNGEN",
    "PULMO", "PULMAO", "POUMON", "POLMON", "BRUST", "BRUSTKORB", "BORST", "BROSTKORG", "BRYST",
    "RINTAKEHA", "KLATKA", "HRUDNI", "MELLKAS", "GOGUS", "PECHO", "PEITO", "POITRINE", "PETTO",
    "TORSO", "TRUNK", "TAP", "CAP", "WHOLEBODY", "WHOLE BODY", "GANZKORPER", "ГРУД", "ЛЕГК",
    "ТОРАКС", "ΘΩΡΑΚ", "胸", "胸部", "肺", "흉부", "가슴", "صدر",
  ]

  private static let otherWords = [
    "ABDOM", "ADDOME", "ABD", "BAUCH", "BUIK", "BRZUCH", "VENTRE", "PELVI", "BECKEN", "BEKKEN",
    "BACINO", "BASSIN", "HEAD", "SKULL", "KOPF", "SCHADEL", "HOOFD", "CRANI", "CRANE", "TESTA",
    "TETE", "CABEZA", "CABECA", "BRAIN", "CEREB", "HIRN", "GEHIRN", "NECK", "HALS", "CUELLO",
    "COLLO", "COU", "PESCOCO", "SINUS", "ORBIT", "ORBITA", "JAW", "MAXILLA", "MANDIBLE", "DENTAL",
    "EXTREM", "KNEE", "KNIE", "RODILLA", "GENOU", "LEG", "FOOT", "FUSS", "ANKLE", "HAND", "WRIST",
    "ELBOW", "SHOULDER", "SCHULTER", "HIP", "HUFTE", "ARM", "FEMUR", "LIVER", "LEBER", "HIGADO",
    "KIDNEY", "NIERE", "RENAL", "COLON", "PROSTATE", "BLADDER", "UTERUS", "LSPINE", "CSPINE",
    "ЖИВОТ", "ГОЛОВ", "БРЮШ", "腹部", "头", "頭部", "복부",
  ]

  /// Returns the text in upper case without accents.
  private static func folded(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.uppercased().unicodeScalars {
      // Combining accents are skipped.
      if (0x300...0x36f).contains(scalar.value) { continue }
      result.append(letters[scalar] ?? scalar)
    }
    return String(result)
  }

  private static let letters: [Unicode.Scalar: Unicode.Scalar] = {
    let pairs: [(String, Unicode.Scalar)] = [
      ("ÀÁÂÃÄÅĀĂĄ", "A"), ("ÇĆČ", "C"), ("ÈÉÊËĒĖĘĚ", "E"), ("ÌÍÎÏĪİ", "I"), ("ÑŃŇ", "N"),
      ("ÒÓÔÕÖØŌŐ", "O"), ("ŚŠŞ", "S"), ("ÙÚÛÜŪŮŰ", "U"), ("ÝŸ", "Y"), ("ŹŻŽ", "Z"), ("Ğ", "G"),
      ("Ł", "L"), ("Ř", "R"), ("Ť", "T"), ("Ď", "D"),
    ]
    var letters: [Unicode.Scalar: Unicode.Scalar] = [:]
    for (accented, plain) in pairs {
      for scalar in accented.unicodeScalars { letters[scalar] = plain }
    }
    return letters
  }()
}
