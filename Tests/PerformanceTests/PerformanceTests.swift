import Testing

@Suite struct PerformanceTests {
}
