import Foundation
import Glibc
import StrictJSON
import TestSupport
import Testing

/// Rows M5, M6 and O5 to O7 of HostileInputs.md: folders, clocks, languages and descriptors that are not as they should be.
@Suite(.enabled(if: HostileRow.isAskedFor), .timeLimit(.minutes(30)))
struct HostileSurroundingsTests {
  private let good = HostileVolumes.good().bytes()

  @Test func aSpoolThatIsNotOursAloneIsRefusedAtTheStart() async throws {
    let folder = try ArchiveFolder()
    let spool = "\(folder.path)/spool"
    mkdir(spool, 0o700)
    symlink(spool, "\(folder.path)/link")
    mkdir("\(folder.path)/open", 0o755)
    chmod("\(folder.path)/open", 0o755)
    try Data().write(to: URL(fileURLWithPath: "\(folder.path)/file"))
    mkdir("\(folder.path)/foreign", 0o700)
    var places = ["link", "open", "file", "missing/spool", "file/spool"]
    if chown("\(folder.path)/foreign", 4711, 4711) == 0 { places.append("foreign") }
    for place in places {
      let outcome = try await BrgsaProcess.run([
        "serve", "--port", "0", "--store", ":memory:", "--model", Fixtures.tinyModel,
        "--spool", "\(folder.path)/\(place)",
      ])
      #expect(outcome.exitCode == 78, "M5 \(place): \(outcome.complaints)")
      #expect(outcome.complaints.contains("spool \(folder.path)/\(place)"), "M5 \(place)")
    }
  }

  /// A log that is full, and one that nobody has opened, hold up no request.
  @Test(arguments: ["2>/dev/full", "2>&-", "2>\"$FULL\""])
  func aLogThatCannotBeWrittenHoldsUpNobody(_ redirection: String) async throws {
    let folder = try ArchiveFolder()
    let limit = redirection.contains("FULL") ? "ulimit -f 2; trap '' XFSZ;" : ""
    let process = try HostileProcess.serve(
      "FULL=\(folder.path)/log; \(limit) exec \"$@\" \(redirection)", folder: folder.path)
    defer { process.signal(SIGKILL) }
    let port = try #require(try await HostileProcess.port(of: process.identifier))
    for number in 0..<40 {
      let status = await HostileProcess.status("GET", "/livez", port: port)
      #expect(status == 200, "M6 \(redirection) \(number)")
    }
    process.signal(SIGTERM)
    let outcome = await process.outcome()
    #expect(outcome.wasExit && outcome.exitCode == 0, "M6 \(redirection)")
  }

  @Test func closedStandardDescriptorsAreNobodysFiles() async throws {
    let folder = try ArchiveFolder()
    let process = try HostileProcess.serve(
      "exec \"$@\" <&- >&- 2>&-", folder: folder.path, store: folder.store)
    defer { process.signal(SIGKILL) }
    let port = try #require(try await HostileProcess.port(of: process.identifier))
    var isReady = false
    for _ in 0..<24_000 where !isReady {
      isReady = await HostileProcess.status("GET", "/readyz", port: port) == 200
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(isReady, "O7")
    let descriptors = HostileProcess.descriptors(process.identifier)
    for number in 0...2 { #expect(descriptors[number] == "/dev/null", "O7 \(number)") }
  }

  @Test func neitherPlaceNorLanguageChangesAnAnswer() async throws {
    var findings: [JSON?] = []
    for environment in [
      [:], ["TZ": ""], ["TZ": ":/nonexistent", "TZDIR": "/nonexistent"],
      ["LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Kathmandu"],
      ["LANG": "C", "LC_ALL": "C"], ["LC_ALL": "xx_XX.nonsense"],
    ] {
      let service = try await RunningService(environment: environment)
      let answer = try await service.diagnose(
        good, query: "prompt=INFILTRATE+I&prompt_set=ct-rate-18")
      #expect(answer.status == 200, "O6 \(environment)")
      let created = try #require(try answer.json["created_at"]?.text)
      #expect(created.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil, "O6 \(created)")
      findings.append(try answer.json["findings"])
    }
    #expect(findings.allSatisfy { $0 == findings[0] && $0 != nil }, "O6")
  }

  /// Deadlines do not follow the clock on the wall.
  @Test func aClockThatJumpsCutsNobody() async throws {
    let folder = try ArchiveFolder()
    guard let library = try await JumpingClock.library(in: folder.path) else { return }
    let service = try await RunningService(
      ["--retention-days", "30"], store: folder.store, environment: ["LD_PRELOAD": library])
    let id = try #require(try await service.keep(good).json["id"]?.text)
    for hours in [1, -1, 0] {
      let head = try await service.sent(Array("GET /livez HTTP/1.1\r\nHost: loc".utf8))
      let upload = try await service.sent(
        Array(
          ("POST /v1/diagnoses?prompt=gas HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/octet-stream\r\nContent-Length: \(good.count)\r\n\r\n")
            .utf8)
          + good.prefix(1000))
      try JumpingClock.jump(hours, in: folder.path)
      // Two sweeps, which look at deadlines once a second.
      try await Task.sleep(for: .milliseconds(2100))
      await head.send("alhost\r\n\r\n")
      #expect(try await head.answer().status == 200, "O5 \(hours) h")
      await upload.send(Array(good.dropFirst(1000)))
      let answer = try await upload.answer()
      #expect(answer.status == 200, "O5 \(hours) h")
      let created = try #require(try answer.json["created_at"]?.text)
      let date = try #require(ISO8601DateFormatter().date(from: created))
      let shift = date.timeIntervalSinceNow - Double(hours) * 3600
      #expect(abs(shift) < 600, "O5: the clock did not jump by \(hours) h")
      #expect(try await service.volumeIDs() == [id], "O5 \(hours) h")
    }
  }
}

/// A library that moves the clock on the wall an hour on or back while a file is there.
private enum JumpingClock {
  /// - Returns: nil where there is no C compiler to make it with.
  static func library(in folder: String) async throws -> String? {
    let source = "\(folder)/clock.c"
    try Data(
      """
      #include <sys/stat.h>
      #include <sys/syscall.h>
      #include <sys/time.h>
      #include <time.h>
      #include <unistd.h>
      static long hours(void) {
        struct stat forward, back;
        if (stat("\(folder)/forward", &forward) == 0) return 1;
        return stat("\(folder)/back", &back) == 0 ? -1 : 0;
      }
      int clock_gettime(clockid_t clock, struct timespec *time) {
        int code = (int)syscall(SYS_clock_gettime, clock, time);
        if (code == 0 && clock == CLOCK_REALTIME) time->tv_sec += 3600 * hours();
        return code;
      }
      int gettimeofday(struct timeval *time, void *zone) {
        int code = (int)syscall(SYS_gettimeofday, time, zone);
        if (code == 0 && time) time->tv_sec += 3600 * hours();
        return code;
      }
      time_t time(time_t *result) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (result) *result = now.tv_sec;
        return now.tv_sec;
      }
      """.utf8
    ).write(to: URL(fileURLWithPath: source))
    let library = "\(folder)/clock.so"
    let compiler = try BrgsaProcess(
      ["clang", "-shared", "-fPIC", "-o", library, source], program: "/usr/bin/env")
    return await compiler.outcome().exitCode == 0 ? library : nil
  }

  static func jump(_ hours: Int, in folder: String) throws {
    for (name, sign) in [("forward", 1), ("back", -1)] {
      unlink("\(folder)/\(name)")
      if hours == sign { try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    }
  }
}
