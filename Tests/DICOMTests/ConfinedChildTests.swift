import CChild
import Foundation
import TestSupport
import Testing

@testable import DICOM

/// What a child may not do.
@Suite struct ConfinedChildTests {
  private static func run(
    _ script: String, seconds: Int = 60, cpu: Int64 = 60, memory: Int64 = 1 << 30,
    isCancelled: () -> Bool = { false }
  ) throws -> (code: Int32, files: [String]) {
    let worker = Worker()
    defer { worker.remove() }
    let folder = try PrivateFolder(in: worker.folder)
    try folder.makeFolder("out")
    let child = ConfinedChild(
      program: "/bin/sh",
      limits: brgsa_child_limits(cpu_seconds: cpu, memory_bytes: memory, file_bytes: 1 << 20),
      seconds: seconds)
    let code = try child.run(["-c", script], in: folder.descriptor, isCancelled: isCancelled)
    return (code, try folder.files(in: "out"))
  }

  @Test func itWorksInItsFolder() throws {
    let (code, files) = try Self.run("echo a > out/b && exit 7")
    #expect(code == 7 && files == ["b"])
  }

  @Test func itHasNoNetworkNoDescriptorsAndNoneOfOurEnvironment() throws {
    // Perl is in every Debian. What it writes shows that it ran.
    let socket = """
      use Socket; use Errno; my $name = socket(S, PF_INET, SOCK_STREAM, 0) ? "open" : \
      $!{EPERM} ? "refused" : "other"; open F, ">", "out/$name"
      """
    #expect(try Self.run("perl -e '\(socket)'").files == ["refused"])
    // 444 makes Landlock's rules, and asked this way says whether the kernel has it.
    let reading = """
      if (syscall(444, 0, 0, 1) > 0) { open F, ">", "out/landlock" } \
      if (open G, "<", "/etc/passwd") { open F, ">", "out/read" }
      """
    let found = try Self.run("perl -e '\(reading)'").files
    #expect(found == ["landlock"] || found == ["read"])
    let others = "ls /proc/self/fd | while read d; do [ $d -gt 3 ] && touch out/$d; done; true"
    #expect(try Self.run(others).files.isEmpty)
    #expect(try Self.run("[ -z \"$HOME\" ] && touch out/none").files == ["none"])
  }

  @Test func itIsEndedWhenItTakesTooMuch() throws {
    #expect(throws: SeriesError.tooSlow(seconds: 1)) { try Self.run("sleep 100", seconds: 1) }
    #expect(throws: SeriesError.cancelled) {
      try Self.run("sleep 100", isCancelled: { true })
    }
    #expect(try Self.run("while :; do :; done", cpu: 1).code == -1)
    func file(_ bytes: Int) -> String { "perl -e 'print \"a\" x \(bytes)' > out/a" }
    #expect(try Self.run(file(1_000_000)).code == 0)
    #expect(try Self.run(file(9_000_000)).code != 0)
    let large = "perl -e '$x = \"a\" x (400 << 20)'"
    #expect(try Self.run(large).code == 0)
    #expect(try Self.run(large, memory: 300 << 20).code != 0)
  }

  @Test func itsFilesTogetherHaveALimit() throws {
    func code(_ script: String) throws -> Int32 {
      let worker = Worker()
      defer { worker.remove() }
      let folder = try PrivateFolder(in: worker.folder)
      try folder.makeFolder("out")
      let child = ConfinedChild(
        program: "/bin/sh",
        limits: brgsa_child_limits(cpu_seconds: 60, memory_bytes: 1 << 30, file_bytes: 1 << 20),
        seconds: 60)
      return try child.run(
        ["-c", script], in: folder.descriptor,
        output: ConfinedChild.Output(folder: "out", byteCount: 250_000), isCancelled: { false })
    }
    let write =
      "perl -e 'for (1..$ARGV[0]) { open F, \">\", \"out/$_\"; print F \"a\" x 100000; close F }'"
    #expect(try code("\(write) 2") == 0)
    #expect(try code("\(write) 3") == -1, "written, and ended")
    #expect(try code("\(write) 3; sleep 100") == -1, "still running")
  }

  @Test func memoryThatItDoesNotSetIsAlwaysTheSame() throws {
    #expect(try Self.run("[ \"$MALLOC_PERTURB_\" = 165 ] && touch out/set").files == ["set"])
  }

  @Test func aProgramThatIsNotThereGivesACode() throws {
    let worker = Worker()
    defer { worker.remove() }
    let folder = try PrivateFolder(in: worker.folder)
    let child = ConfinedChild(
      program: "/nonexistent",
      limits: brgsa_child_limits(cpu_seconds: 1, memory_bytes: 1 << 30, file_bytes: 1), seconds: 9)
    #expect(try child.run([], in: folder.descriptor, isCancelled: { false }) == 127)
  }
}
