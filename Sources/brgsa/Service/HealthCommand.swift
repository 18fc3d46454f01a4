import ArgumentParser
import CommandLineSupport
import Foundation
import HTTP
import StrictJSON

/// The command `brgsa health`.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Check whether a running service is ready, for a container's HEALTHCHECK",
    discussion: """
      Sends GET /readyz, without a proxy. The exit code is 0 if the service is ready, otherwise 69. Without \
      --url, the command checks the service on this machine, at the host and port of the settings (BRGSA_… \
      variables or --config).

        brgsa health
        brgsa health --url https://ct-server:8080 --cacert cert.pem
      """)

  @Option(name: .long, help: ArgumentHelp("URL of the service", valueName: "url"))
  var url: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Certificates to trust, as PEM (default: that of the settings; with --url, the system's)",
      valueName: "file"))
  var cacert: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Time limit for the response (default: 5)", valueName: "seconds"))
  var timeout = 5

  @OptionGroup var options: SettingOptions<NoSettings>

  func validate() throws {
    guard (1...3600).contains(timeout) else {
      throw ValidationError("--timeout must be from 1 to 3600 seconds.")
    }
  }

  func run() throws {
    let client = try client()
    let answer: (status: Int, body: [UInt8])
    do throws(ProbeClient.Failure) {
      answer = try client.get("/readyz")
    } catch {
      throw CommandFailure("\(client.host) port \(client.port): \(error.reason)", .unavailable)
    }
    Console.print(Self.summary(of: answer.body, answer.status))
    guard answer.status == 200 else { throw ExitCode.unavailable }
  }

  private func client() throws -> ProbeClient {
    if let url { return try client(of: url) }
    let settings = try options.settings()
    let own = settings.tlsCert
    // The service's certificate names its public host, not this address. On this machine, the certificate is therefore
    // trusted without checking the name.
    let trust =
      own.isEmpty
      ? nil : ProbeClient.Trust(certificates: cacert ?? own, isForHost: false)
    return ProbeClient(
      host: Self.reachable(settings.host), port: UInt16(clamping: settings.port),
      trust: trust, timeout: timeout)
  }

  private func client(of url: String) throws -> ProbeClient {
    guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
      parts.path.isEmpty || parts.path == "/", !url.contains("@"),
      let port = UInt16(exactly: parts.port ?? (scheme == "http" ? 80 : 443))
    else { throw ValidationError("--url must be a URL such as http://127.0.0.1:8080.") }
    return ProbeClient(
      host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: port,
      trust: scheme == "https"
        ? ProbeClient.Trust(certificates: cacert, isForHost: true) : nil,
      timeout: timeout)
  }

  /// Returns an address at which the service is reachable. If it listens on all addresses, this is the loopback
  /// address.
  private static func reachable(_ host: String) -> String {
    switch host {
    case "0.0.0.0": "127.0.0.1"
    case "::": "::1"
    default: host
    }
  }

  /// Returns one line with the service's status and its checks.
  private static func summary(of body: [UInt8], _ status: Int) -> String {
    guard let object = try? JSON(parsing: body), let state = object["status"]?.text
    else { return "HTTP status \(status)" }
    let checks = object["checks"]?.object?.members ?? []
    return state + checks.map { name, value in value.text.map { " \(name)=\($0)" } ?? "" }.joined()
  }
}
