import Testing

@testable import Storage

/// Addresses of databases, before anything is looked up.
@Suite struct PostgresAddressTests {
  @Test(arguments: [
    "postgresql://h:x/d", "postgres://h:x/d", "postgresql://h:0/d", "postgresql://h:65536/d",
    "postgresql://h:-1/d", "postgresql://h:+5/d", "postgresql://h1:5432,h2:y/d",
    "postgresql://h/d?port=1,2", "postgresql://[::1/d", "postgresql://h/d?nonsense=1",
    "postgresql://h/d?sslmode=on", "postgresql://h/d?target_session_attrs=rw",
    "postgresql://h/d?connect_timeout=soon", "postgresql://h/%zz",
    "postgresql://h:99999999999999999999/d",
  ])
  func aFaultIsFound(_ address: String) { #expect(Store.addressFault(address) != nil) }

  @Test(arguments: [
    "postgresql://h/d", "postgres://h/d", "postgresql:///d", "postgresql://",
    "postgres://u:p@h:5/d",
    "postgresql://h1:1,h2:2,h3/d", "postgresql://h1,h2/d?port=5433", "postgresql://h:/d",
    "postgresql://u@/d?host=/tmp/x", "postgresql://h/d?sslmode=verify-full&connect_timeout=-1",
    "postgresql://[::1]:5432/d", "postgresql://u:%2F%40@h/d",
    "/var/lib/store.sqlite", ":memory:", "store:x",
  ])
  func aCorrectPlaceHasNone(_ place: String) { #expect(Store.addressFault(place) == nil) }

  @Test func aFaultNamesNothingOfTheAddress() {
    let fault = Store.addressFault("postgresql://user:secret@hospital:port/patients") ?? ""
    #expect(!fault.isEmpty)
    for word in ["user", "secret", "hospital", "patients"] { #expect(!fault.contains(word)) }
  }
}
