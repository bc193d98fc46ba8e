package import Workbench

extension PortsReport: ConsoleResult {
  /// A table of ports; those that are recorded when none is named are marked.
  package var lines: [String] {
    guard !ports.isEmpty else { return ["no ports: is the keyboard plugged in and switched on?"] }
    let rows =
      [["port", "client", "name", "record", "play", "connected"]]
      + ports.map { port in
        [
          port.address, port.client, port.port,
          port.canRecord ? (port.isRecordedUnnamed ? "yes *" : "yes") : "-",
          port.canPlay ? "yes" : "-",
          (port.sendsTo.map { "→ \($0)" } + port.hears.map { "← \($0)" }).joined(separator: " "),
        ]
      }
    let table = Table(
      columns: rows[0].indices.map { Table.Column(gap: $0 == 0 ? 0 : 2) }
    ).fitted(to: rows)
    var lines = rows.map(table.line)
    if ports.contains(where: \.isRecordedUnnamed) {
      lines.append("* woodshed record hears these unless others are named")
    }
    return lines
  }
}
