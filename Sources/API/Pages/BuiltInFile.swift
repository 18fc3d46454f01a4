internal import CPages

/// Files that are built into the program, so that they match its version.
enum BuiltInFile {
  /// The API description, `openapi.yaml`.
  static let openAPI = bytes(brgsa_openapi_yaml())
  /// The page at `/`.
  static let index = page(brgsa_index_html())
  /// The page at `/worklist`.
  static let worklist = page(brgsa_worklist_html())
  /// The page at `/compare`.
  static let compare = page(brgsa_compare_html())
  /// The page at `/docs`.
  static let docs = page(brgsa_docs_html())
  /// The files that the pages load, by their path `{version}/{folder}/{name}`.
  ///
  /// The version of modules and stylesheets is a digest of all of them, because they belong together. NiiVue and the
  /// samples are large, and each has its own digest, so that browsers load them again only when they change.
  static let pageFiles: [String: PageFile] = Dictionary(
    uniqueKeysWithValues: (sources + samples + [niivue]).map { ($0.address, $0) })

  private static let sources: [PageFile] = {
    let files = embedded(isSample: false)
    let version = PageFile.version(of: files.map(\.bytes))
    return files.map { PageFile(path: $0.path, version: version, plain: $0.bytes) }
  }()

  private static let samples = embedded(isSample: true).map {
    PageFile(path: $0.path, version: PageFile.version(of: [$0.bytes]), plain: $0.bytes)
  }

  private static let niivue: PageFile = {
    let packed = bytes(brgsa_niivue_gzip())
    return PageFile(
      path: "niivue/niivue.js", version: PageFile.version(of: [packed]), gzipped: packed)
  }()

  /// Fills in the addresses of the files that a page names: `{{app}}` becomes the folder with the version, and
  /// `{{niivue}}` and `{{samples}}` become files. Addresses are relative, so that pages work under a prefix.
  private static func page(_ file: brgsa_bytes) -> [UInt8] {
    let version = sources.first?.version ?? ""
    var text = String(decoding: bytes(file), as: UTF8.self)
      .replacing("{{niivue}}", with: "page/\(niivue.address)")
      .replacing("{{samples}}", with: samples.map { "page/\($0.address)" }.joined(separator: " "))
    for folder in ["app", "viewer", "worklist", "compare", "docs"] {
      text.replace("{{\(folder)}}", with: "page/\(version)/\(folder)")
    }
    return Array(text.utf8)
  }

  private static func embedded(isSample: Bool) -> [(path: String, bytes: [UInt8])] {
    var files: [(String, [UInt8])] = []
    while true {
      let file = brgsa_page_file(files.count, isSample ? 1 : 0)
      guard let path = file.path else { return files }
      files.append((String(cString: path), bytes(file.bytes)))
    }
  }

  private static func bytes(_ file: brgsa_bytes) -> [UInt8] {
    Array(UnsafeBufferPointer(start: file.first, count: file.count))
  }
}
