using Waverless.SampleProcesses;

namespace Waverless.Samples;

/// <summary>
/// The sample NativeAot as .ci/deep publishes it, to where WAVERLESS_AOT_PROGRAM says; without
/// that there is nothing to test.
/// </summary>
public sealed class NativeProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public Task A_native_program_runs_functions_in_memory() => CheckAsync("store: memory");

    [Fact]
    public async Task A_native_program_keeps_its_data_in_rocksdb_over_a_restart()
    {
        await CheckAsync("store: rocksdb", "--data", _folder.Path);
        await CheckAsync("store: rocksdb", "--data", _folder.Path);
    }

    private static async Task CheckAsync(string store, params string[] arguments)
    {
        var program = Environment.GetEnvironmentVariable("WAVERLESS_AOT_PROGRAM");
        Assert.SkipWhen(string.IsNullOrEmpty(program), ".ci/deep publishes the program.");
        await using var child = ChildProcess.StartAt(program!, ["--check", .. arguments]);

        var exitCode = await child.WaitForExitAsync();

        Assert.True(exitCode == 0, child.Output);
        Assert.Contains("dynamic code: False", child.Output);
        Assert.Contains(store, child.Output);
        Assert.Contains("a delegate with JSON in and out", child.Output);
        Assert.Contains("a WebAssembly guest: hello world", child.Output);
        Assert.DoesNotContain("FAILED", child.Output);
    }
}
