import ArgumentParser
import Foundation
import StrictJSON

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// `brgsa health`
struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Ask a running service whether it is ready; for a container's HEALTHCHECK.",
    discussion: """
      Asks GET /readyz, through no proxy. Exit code 0 if the service is ready, 69 if not. Without --url the \
      service is the one that the settings (BRGSA_… variables, --config) would start on this machine.

        brgsa health
        brgsa health --url https://ct-server:8080 --cacert cert.pem
      """)

  @Option(name: .long, help: ArgumentHelp("Where the service is.", valueName: "url"))
  var url: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Certificates to trust, as PEM (default: the service's own, else the system's).",
      valueName: "file"))
  var cacert: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Time for the answer (default: 5).", valueName: "seconds"))
  var timeout = 5

  @Option(name: .long, help: ArgumentHelp("YAML file with settings.", valueName: "file"))
  var config: String?

  func validate() throws {
    guard (1...3600).contains(timeout) else {
      throw ValidationError("--timeout is 1 to 3600 seconds.")
    }
  }

  func run() async throws {
    let address = try await readiness()
    // Libcurl, which does the work, asks the environment for these.
    setenv("no_proxy", "*", 1)
    if let certificates = address.certificates {
      setenv("URLSessionCertificateAuthorityInfoFile", certificates, 1)
    }
    var request = URLRequest(url: address.url, timeoutInterval: TimeInterval(timeout))
    request.cachePolicy = .reloadIgnoringLocalCacheData
    let session = URLSession(configuration: .ephemeral)
    defer { session.invalidateAndCancel() }
    let answer: (data: Data, response: URLResponse)
    do {
      answer = try await session.data(for: request)
    } catch {
      Console.complain("\(address.url.absoluteString): \(error.localizedDescription)")
      throw ExitCode.unavailable
    }
    let status = (answer.response as? HTTPURLResponse)?.statusCode ?? 0
    Console.print(Self.words(for: [UInt8](answer.data), status))
    guard status == 200 else { throw ExitCode.unavailable }
  }

  /// What is asked, and what its certificate is compared with.
  private func readiness() async throws -> (url: URL, certificates: String?) {
    var base = url
    var certificates = cacert
    if base == nil {
      let settings = try await Settings(flags: [:], file: config)
      let own = settings.text(.tlsCert)
      let host = Self.reachable(settings.text(.host), isNamed: !own.isEmpty)
      base = "\(own.isEmpty ? "http" : "https")://\(host):\(settings.number(.port))"
      if !own.isEmpty { certificates = certificates ?? own }
    }
    guard let base, let parts = URL(string: base), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", parts.host() != nil
    else { throw ValidationError("--url is not one such as http://127.0.0.1:8080.") }
    return (parts.appending(path: "readyz"), certificates)
  }

  /// A service that listens on all addresses is asked on loopback; a certificate is for a name.
  private static func reachable(_ host: String, isNamed: Bool) -> String {
    if host == "0.0.0.0" || host == "::" || host == "127.0.0.1" || host == "::1" {
      return isNamed ? "localhost" : host.contains(":") ? "[::1]" : "127.0.0.1"
    }
    return host.contains(":") ? "[\(host)]" : host
  }

  /// The service's state and its checks in one line.
  private static func words(for body: [UInt8], _ status: Int) -> String {
    guard case .object(let object)? = try? JSON(parsing: body),
      case .string(let state)? = object["status"]
    else { return "HTTP status \(status)" }
    guard case .object(let checks)? = object["checks"] else { return state }
    return state
      + checks.members.map { name, value in
        if case .string(let text) = value { " \(name)=\(text)" } else { "" }
      }.joined()
  }
}
