namespace Waverless.EndToEnd.Hosts;

/// <summary>The wasm apps that lie beside the tests.</summary>
internal static class TestApps
{
    /// <summary>The guests that deploy.</summary>
    public static readonly string[] Sound =
    [
        Guest("bad_allocate"),
        Guest("calls"),
        Guest("clock"),
        Guest("command"),
        Guest("command_faults"),
        Guest("faults"),
        Guest("ledger"),
        Guest("store"),
        Guest("triggers"),
        Sample("fn2"),
        Sample("longchain"),
        Sample("word_count"),
    ];

    /// <summary>The folder of a guest under <c>tests/guests</c>.</summary>
    public static string Guest(string name) =>
        Path.Combine(AppContext.BaseDirectory, "guests", name);

    /// <summary>The folder of an app of QuickStart.</summary>
    public static string Sample(string name) =>
        Path.Combine(AppContext.BaseDirectory, "samples", name);

    /// <summary>The code of a guest.</summary>
    public static byte[] Wasm(string guest) =>
        File.ReadAllBytes(Path.Combine(Guest(guest), "app.wasm"));

    /// <summary>The manifest of a guest.</summary>
    public static string Manifest(string guest) =>
        File.ReadAllText(Path.Combine(Guest(guest), "app.yaml"));
}
