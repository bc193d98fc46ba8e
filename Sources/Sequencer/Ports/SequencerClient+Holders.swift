internal import CALSA
internal import Foundation

// Which programs hold the sequencer's limited resources: 32 queues, and 64 clients for programs.
//
// Source: `SNDRV_SEQ_MAX_QUEUES` and `SNDRV_SEQ_DYNAMIC_CLIENTS_BEGIN` in `sound/core/seq` of Linux,
// which returns ENOMEM when none is left.

extension SequencerClient {
  /// The programs that hold queues, if none is left; nil otherwise.
  func holdersOfAllQueues() -> [String]? {
    var system: OpaquePointer?
    guard unsafe snd_seq_system_info_malloc(&system) >= 0 else { return nil }
    defer { unsafe snd_seq_system_info_free(system) }
    guard unsafe snd_seq_system_info(handle, system) >= 0 else { return nil }
    let count = unsafe snd_seq_system_info_get_queues(system)
    guard unsafe snd_seq_system_info_get_cur_queues(system) >= count else { return nil }

    var queue: OpaquePointer?
    guard unsafe snd_seq_queue_info_malloc(&queue) >= 0 else { return nil }
    defer { unsafe snd_seq_queue_info_free(queue) }
    let names = (0..<count).compactMap { number -> String? in
      guard unsafe snd_seq_get_queue_info(handle, number, queue) >= 0 else { return nil }
      return clientName(unsafe snd_seq_queue_info_get_owner(queue))
    }
    return Self.mostFrequent(names)
  }

  private func clientName(_ number: Int32) -> String? {
    guard let information = try? ClientInformation(),
      unsafe snd_seq_get_any_client_info(handle, number, information.handle) >= 0,
      let name = unsafe snd_seq_client_info_get_name(information.handle)
    else { return nil }
    return unsafe String(cString: name)
  }

  /// The programs that are clients, from the kernel's list in /proc, since no client is left to query with:
  /// `Client 128 : "name" [User Legacy]`.
  static func programsByProc() -> [String] {
    let file = "/proc/asound/seq/clients"
    let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
    return mostFrequent(programs(in: text))
  }

  /// The names of programs in the kernel's list of clients.
  static func programs(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("Client "), let first = line.firstIndex(of: "\""),
        let last = line.lastIndex(of: "\""), first < last, line[last...].contains("[User")
      else { return nil }
      return String(line[line.index(after: first)..<last])
    }
  }

  /// Each name once, the most frequent first.
  private static func mostFrequent(_ names: [String]) -> [String] {
    Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}
