import Glibc
import Testing

@testable import HTTP

/// Time that a process stands still is not time that a client takes.
@Suite struct PauseTests {
  /// A connection whose other end is ours, and sweeps at times of our choice.
  private final class Scene {
    let connections: Connections
    let connection: Connection
    private(set) var now = ContinuousClock.now
    private let peer: Int32

    init(_ deadlines: Deadlines = Deadlines()) {
      var pair: [Int32] = [0, 0]
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
      peer = pair[1]
      connections = Connections(
        limit: 1, deadlines: deadlines, sweepInterval: .seconds(1), at: now)
      connection = connections.opened(pair[0])
    }

    deinit {
      close(connection.descriptor)
      close(peer)
    }

    func sweep(after gap: Duration = .seconds(1), times: Int = 1) {
      for _ in 0..<times {
        now += gap
        connections.sweep(at: now)
      }
    }

    var isCut: Bool {
      var byte: UInt8 = 0
      return recv(peer, &byte, 1, Int32(MSG_DONTWAIT)) == 0
    }
  }

  @Test(arguments: [4, 12, 20, 31, 300, 100_000]) func aPauseCutsNoHead(_ seconds: Int) {
    let scene = Scene()
    scene.sweep(times: 8)
    scene.sweep(after: .seconds(seconds))
    #expect(!scene.isCut && scene.connections.uptime == .seconds(9))
    // Its ten seconds are over a little later.
    scene.sweep()
    #expect(!scene.isCut)
    scene.sweep()
    #expect(scene.isCut)
  }

  @Test(arguments: [12, 31, 300]) func aPauseCutsNoUploadAndNoAnswer(_ seconds: Int) {
    for stage in ["body", "answer", "next request", "stream"] {
      let scene = Scene()
      scene.connection.withPace {
        switch stage {
        case "body":
          $0.bodyBegan(at: .zero)
          $0.received(5000)
        case "answer": $0.sendingBegan(1000, at: .zero)
        case "stream": $0.streamingBegan()
        default: $0.requestEnded(at: .zero)
        }
      }
      scene.sweep(times: 10)
      scene.sweep(after: .seconds(seconds))
      scene.sweep(times: 2)
      #expect(!scene.isCut, "\(stage)")
    }
  }

  @Test func manyPausesAreNoWayToStayForEver() {
    let scene = Scene()
    scene.sweep(after: .seconds(40), times: 10)
    #expect(!scene.isCut)
    scene.sweep(after: .seconds(40))
    #expect(scene.isCut)
  }

  @Test func aLateSweepIsNoPause() {
    let scene = Scene()
    scene.sweep(after: .seconds(2), times: 5)
    #expect(!scene.isCut && scene.connections.uptime == .seconds(10))
    scene.sweep(after: .seconds(2))
    #expect(scene.isCut)
  }
}

/// Silence is seen at the socket: bytes that come and bytes that are taken.
@Suite struct SilenceTests {
  private static func pace(_ start: (inout ConnectionPace) -> Void) -> ConnectionPace {
    var pace = ConnectionPace(Deadlines(), at: .zero)
    start(&pace)
    return pace
  }

  private static func traffic(_ byteCount: UInt64, waiting: Int = 0) -> SocketTraffic {
    SocketTraffic(byteCount: byteCount, unacknowledged: waiting)
  }

  @Test func aClientBetweenRequestsIsSilentAfterItsTime() {
    var pace = Self.pace { $0.requestEnded(at: .zero) }
    for second in 1...15 {
      pace.observed(Self.traffic(100), at: .seconds(second))
      #expect(!pace.isSilent(at: .seconds(second)))
    }
    pace.observed(Self.traffic(100), at: .seconds(16))
    #expect(pace.isSilent(at: .seconds(16)) && pace.isLate(at: .seconds(16)))
  }

  @Test func everyByteCountsInEitherDirection() {
    var pace = Self.pace { $0.sendingBegan(1 << 30, at: .zero) }
    for second in 1...100 {
      pace.observed(Self.traffic(UInt64(second / 10), waiting: 5), at: .seconds(second))
      #expect(!pace.isSilent(at: .seconds(second)), "\(second)")
    }
    for second in 101...115 { pace.observed(Self.traffic(10), at: .seconds(second)) }
    #expect(pace.isSilent(at: .seconds(115)))
  }

  @Test func aStreamIsSilentOnlyWhileItsClientTakesNothing() {
    var pace = Self.pace { $0.streamingBegan() }
    for second in 1...100 {
      pace.observed(Self.traffic(7), at: .seconds(second))
      #expect(!pace.isSilent(at: .seconds(second)))
    }
    for second in 101...116 { pace.observed(Self.traffic(7, waiting: 3), at: .seconds(second)) }
    #expect(pace.isSilent(at: .seconds(116)))
  }

  @Test func anUploadMayPauseLongerAndAHandlerForEver() {
    var pace = Self.pace { $0.bodyBegan(at: .zero) }
    for second in 1...30 { pace.observed(Self.traffic(7), at: .seconds(second)) }
    #expect(!pace.isSilent(at: .seconds(30)))
    pace.observed(Self.traffic(7), at: .seconds(31))
    #expect(pace.isSilent(at: .seconds(31)))
    pace.handlingBegan()
    for second in 32...1000 { pace.observed(Self.traffic(7), at: .seconds(second)) }
    #expect(!pace.isSilent(at: .seconds(1000)))
  }

  @Test func whereTheSystemDoesNotCountNobodyIsSilent() {
    var pace = Self.pace { $0.sendingBegan(1 << 30, at: .zero) }
    for second in 1...1000 { pace.observed(nil, at: .seconds(second)) }
    #expect(!pace.isSilent(at: .seconds(1000)))
  }

  @Test func slowUploadsAndReadersAreToldFromOthers() {
    var upload = Self.pace { $0.bodyBegan(at: .zero) }
    upload.received(31 * 4 * 16_384 - 1)
    #expect(!upload.isSlowUpload(at: .seconds(30)) && upload.isSlowUpload(at: .seconds(31)))
    upload.received(1)
    #expect(!upload.isSlowUpload(at: .seconds(31)) && !upload.isLongSending(at: .seconds(99)))
    let reader = Self.pace { $0.sendingBegan(1 << 30, at: .zero) }
    #expect(!reader.isLongSending(at: .seconds(30)) && reader.isLongSending(at: .seconds(31)))
    #expect(!reader.isSlowUpload(at: .seconds(99)))
  }
}
