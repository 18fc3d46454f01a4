// swift-tools-version: 6.2
import PackageDescription

/// Set by `make fuzz`: everything of ours is built for libFuzzer and the address sanitizer.
let isFuzzing = Context.environment["BRGSA_FUZZ"] != nil

/// Every Swift target: Swift 6 language mode, strict imports, warnings are errors.
let strict: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
    // Our modules are small: one compiler process for a whole module takes two thirds of the time that processes for its
    // files take, because these parse and check each other's files. Release builds do so anyway.
    .unsafeFlags(
      ["-whole-module-optimization", "-num-threads", "2"], .when(configuration: .debug)),
  ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-O"])] : [])

/// Targets that touch every voxel or weight are optimised in debug builds too, so that tests stay fast.
let fast: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// C targets are optimised in debug builds too.
let optimized: [CSetting] =
  [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]
  + (isFuzzing ? [.unsafeFlags(["-fsanitize=fuzzer-no-link,address"])] : [])

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// What Tests/Fuzz needs of us.
let fuzzed: [Target.Dependency] = [
  "API", "Archives", "Calibrations", "DICOM", "Diagnoses", "Encoders", "Files", "HTTP",
  "Inference", "Jobs", "OpenInferenceProtocol", "ReportText", "Storage", "StrictJSON", "Tensors",
  "Volumes", "TestSupport",
]

/// The Python of Tests/Fuzz.
let scripts = ["make_corpus.py", "make_dictionaries.py", "seeds"]

/// The parsers of foreign bytes: driven by libFuzzer, or by the test that replays the corpus.
let fuzzTarget: Target =
  isFuzzing
  ? .executableTarget(
    name: "brgsa-fuzz", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Replay"] + scripts,
    swiftSettings: strict,
    linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
  : .testTarget(
    name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz", exclude: ["Driver"] + scripts,
    swiftSettings: strict)

let package = Package(
  name: "brgsa",
  products: [.executable(name: "brgsa", targets: ["brgsa"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
    .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
  ],
  targets: [
    // Level 0: C.
    .target(
      name: "CMicrohttpd", cSettings: optimized,
      linkerSettings: [.linkedLibrary("microhttpd"), .linkedLibrary("gnutls")]),
    .target(
      name: "COpenBLAS", cSettings: optimized, linkerSettings: [.linkedLibrary("openblas")]),
    .target(
      name: "CNIfTI", cSettings: optimized + [.unsafeFlags(["-I/usr/include/nifti"])],
      linkerSettings: [.linkedLibrary("nifti2")]),
    .target(name: "CKernels", cSettings: optimized),
    .target(name: "CChild", cSettings: optimized),
    .target(name: "CCrash", cSettings: optimized),
    .target(name: "CPages", cSettings: optimized + [.unsafeFlags(["-std=c23"])]),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CNettle"),
    .systemLibrary(name: "CLibPQ"),

    // Level 1: values and bytes.
    .target(name: "Tensors", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: fast),
    .target(name: "Embeddings", swiftSettings: strict),
    .target(name: "CheckedNumbers", swiftSettings: fast),
    .target(name: "StrictJSON", dependencies: ["CheckedNumbers"], swiftSettings: fast),
    .target(name: "Files", swiftSettings: fast),
    .target(name: "Formats", swiftSettings: fast),
    .target(name: "SeriesFacts", swiftSettings: strict),
    .target(name: "Hashing", dependencies: ["CNettle"], swiftSettings: fast),
    .target(
      name: "HTTP", dependencies: ["CheckedNumbers", "CMicrohttpd", "Files", "Formats", "Hashing"],
      swiftSettings: strict),
    .target(name: "Diagnoses", dependencies: ["Formats", "StrictJSON"], swiftSettings: fast),
    .target(
      name: "Telemetry",
      dependencies: ["Files", "Formats", "HTTP", "Hashing", "StrictJSON", logging, metrics],
      swiftSettings: strict),

    // Level 2: files and models.
    .target(
      name: "Volumes",
      dependencies: [
        "CheckedNumbers", "Files", "Formats", "Tensors", "CNIfTI", "CZlib", "SeriesFacts",
      ],
      swiftSettings: fast),
    .target(
      name: "DICOM",
      dependencies: [
        "CChild", "CZlib", "CheckedNumbers", "Diagnoses", "Files", "Formats", "Hashing",
        "SeriesFacts", "StrictJSON",
      ],
      swiftSettings: fast),
    .target(
      name: "Encoders",
      dependencies: [
        "CheckedNumbers", "Files", "Formats", "Tensors", "Embeddings", "StrictJSON", "Hashing",
      ],
      swiftSettings: fast),
    .target(
      name: "OpenInferenceProtocol",
      dependencies: ["CheckedNumbers", "Formats", "HTTP", "StrictJSON"], swiftSettings: strict),
    .target(name: "Search", dependencies: ["Tensors"], swiftSettings: fast),
    .target(name: "ReportText", dependencies: ["CheckedNumbers"], swiftSettings: fast),
    .target(name: "ChatSummarizer", dependencies: ["StrictJSON"], swiftSettings: strict),
    .target(
      name: "Storage",
      dependencies: [
        grdb, grdbSQLite, "CLibPQ", "CZlib", "CheckedNumbers", "Files", "Formats", "Hashing",
      ],
      swiftSettings: fast),
    .target(
      name: "Evaluation", dependencies: ["Formats", "CheckedNumbers", "StrictJSON"],
      swiftSettings: fast),

    // Level 3: what is stored for a model.
    .target(
      name: "Archives",
      dependencies: [
        "CheckedNumbers", "Embeddings", "Encoders", "Files", "Formats", "Hashing", "Search",
        "Storage", "StrictJSON", "Tensors", "Volumes", "SeriesFacts",
      ],
      swiftSettings: strict),
    .target(
      name: "Calibrations",
      dependencies: ["Encoders", "Files", "Formats", "Hashing", "StrictJSON", "Tensors"],
      swiftSettings: strict),

    // Levels 4 to 6: use cases, contract, commands.
    .target(
      name: "Inference",
      dependencies: [
        "Archives", "Calibrations", "CheckedNumbers", "DICOM", "Diagnoses", "Embeddings",
        "Encoders", "Files", "Formats", "Hashing", "ReportText", "Search", "SeriesFacts", "Storage",
        "StrictJSON", "Tensors", "Volumes", metrics,
      ],
      swiftSettings: strict),
    .target(
      name: "Jobs",
      dependencies: [
        "Archives", "CheckedNumbers", "Formats", "Inference", "Storage", "StrictJSON",
      ],
      swiftSettings: strict),
    .target(
      name: "API",
      dependencies: [
        "Archives", "CPages", "CZlib", "Calibrations", "CheckedNumbers", "DICOM", "Diagnoses",
        "Embeddings", "Encoders", "Files", "Formats", "HTTP", "Hashing", "Inference", "Jobs",
        "OpenInferenceProtocol", "Search", "SeriesFacts", "Storage", "StrictJSON", "Volumes",
        metrics, yams,
      ],
      exclude: ["Page", "openapi.yaml"], swiftSettings: strict),
    .target(
      name: "CommandLineSupport",
      dependencies: [
        "API", "CheckedNumbers", "DICOM", "Encoders", "Files", "HTTP", "Hashing", "Inference",
        "Storage", "Tensors", "Volumes", argumentParser,
      ],
      swiftSettings: strict),
    .target(
      name: "CohortEvaluation",
      dependencies: [
        "API", "Calibrations", "CommandLineSupport", "Embeddings", "Encoders", "Evaluation",
        "Files", "Inference", "ReportText", "StrictJSON", "Tensors", "Volumes", argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "brgsa",
      dependencies: [
        "API", "Archives", "CCrash", "Calibrations", "ChatSummarizer", "CheckedNumbers",
        "CohortEvaluation", "CommandLineSupport", "DICOM", "Diagnoses", "Embeddings", "Encoders",
        "Evaluation", "Files", "Formats", "HTTP", "Hashing", "Inference", "Jobs", "ReportText",
        "Search",
        "Storage", "StrictJSON", "Telemetry",
        "Tensors", "Volumes", argumentParser, logging, metrics, yams,
      ],
      swiftSettings: strict),

    fuzzTarget,

    // Tests: one target per source target, and the real program end to end.
    .target(
      name: "TestSupport", dependencies: ["Tensors", "StrictJSON", "CZlib"],
      path: "Tests/TestSupport", swiftSettings: fast),
    .testTarget(
      name: "CheckedNumbersTests", dependencies: ["CheckedNumbers"], swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),
    .testTarget(name: "FormatsTests", dependencies: ["Formats"], swiftSettings: strict),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: strict),
    .testTarget(
      name: "StrictJSONTests", dependencies: ["StrictJSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "TelemetryTests", dependencies: ["StrictJSON", "Telemetry", metrics],
      swiftSettings: strict),
    .testTarget(
      name: "DiagnosesTests", dependencies: ["Diagnoses", "StrictJSON", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EmbeddingsTests", dependencies: ["Embeddings", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "EncodersTests",
      dependencies: ["Encoders", "Embeddings", "StrictJSON", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "EvaluationTests",
      dependencies: ["Evaluation", "Formats", "StrictJSON", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "SearchTests", dependencies: ["Search", "Tensors", "TestSupport"], swiftSettings: strict
    ),
    .testTarget(
      name: "ReportTextTests", dependencies: ["ReportText", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "ChatSummarizerTests", dependencies: ["ChatSummarizer", "StrictJSON", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "StorageTests",
      dependencies: [
        "Archives", "Embeddings", "Files", "Search", "Storage", "Tensors", "TestSupport", grdb,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "HTTPTests", dependencies: ["Files", "HTTP", "TestSupport", "Hashing"],
      swiftSettings: strict),
    .testTarget(
      name: "VolumesTests", dependencies: ["Volumes", "Tensors", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DICOMTests",
      dependencies: [
        "DICOM", "CChild", "Diagnoses", "Files", "SeriesFacts", "StrictJSON", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "InferenceTests",
      dependencies: [
        "Archives", "Calibrations", "Diagnoses", "Embeddings", "Encoders", "Inference", "Search",
        "SeriesFacts", "Storage", "StrictJSON", "Tensors", "TestSupport", "Volumes",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "JobsTests", dependencies: ["Inference", "Jobs", "Storage", "StrictJSON"],
      swiftSettings: strict),
    .testTarget(
      name: "CohortEvaluationTests",
      dependencies: [
        "CohortEvaluation", "Embeddings", "Encoders", "Inference", "TestSupport", "Volumes",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "APITests",
      dependencies: [
        "API", "Calibrations", "Diagnoses", "HTTP", "Inference", "Jobs", "OpenInferenceProtocol",
        "Search",
        "Storage", "StrictJSON", "TestSupport", "Volumes", yams,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["brgsa", "API", "StrictJSON", "Tensors", "TestSupport", grdb],
      swiftSettings: strict),
  ]
)
