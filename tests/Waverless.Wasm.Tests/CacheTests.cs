using System.Runtime.Versioning;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Wasm.Modules;
using Waverless.Wasm.Support;

namespace Waverless.Wasm;

/// <summary>The cache of compiled modules: private, whole, and never trusted unseen.</summary>
public sealed class CacheTests : IDisposable
{
    private static readonly byte[] Module = Wat.Assemble(
        Guests.With(
            """
            (data (i32.const 0) "ok")
            (func (export "f") (call $result (i32.const 0) (i32.const 2)))
            """
        )
    );

    public static bool IsUnix => !OperatingSystem.IsWindows();

    private readonly string _root = Directory.CreateTempSubdirectory("waverless-").FullName;
    private readonly string _folder;
    private readonly RecordingLogger _logger = new();

    public CacheTests()
    {
        _folder = Path.Combine(_root, "cache");
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_module_is_stored_once_and_used_again()
    {
        await RunAsync();
        var file = Assert.Single(Directory.GetFiles(_folder));
        var written = File.ReadAllBytes(file);
        await RunAsync();
        Assert.Equal([file], Directory.GetFiles(_folder));
        Assert.Equal(written, File.ReadAllBytes(file));
        Assert.Empty(_logger.Warnings);
    }

    [Fact(SkipUnless = nameof(IsUnix), Skip = "File modes are UNIX's.")]
    [UnsupportedOSPlatform("windows")]
    public async Task Folder_and_entries_are_private()
    {
        Directory.CreateDirectory(
            _folder,
            UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.GroupWrite
                | UnixFileMode.OtherWrite
        );
        await RunAsync();
        const UnixFileMode others =
            UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_folder) & others);
        var file = Assert.Single(Directory.GetFiles(_folder));
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & others);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(-1)]
    public async Task A_changed_byte_anywhere_means_compiling_anew(int at)
    {
        await RunAsync();
        var file = Assert.Single(Directory.GetFiles(_folder));
        var whole = File.ReadAllBytes(file);
        var damaged = (byte[])whole.Clone();
        damaged[at < 0 ? damaged.Length + at : at] ^= 0x40;
        File.WriteAllBytes(file, damaged);
        await RunAsync();
        Assert.Contains("unusable", Assert.Single(_logger.Warnings), StringComparison.Ordinal);
        Assert.Equal(whole.Length, File.ReadAllBytes(file).Length);
        Assert.NotEqual(damaged, File.ReadAllBytes(file));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(CacheEntry.HeaderBytes)]
    [InlineData(2_000)]
    public async Task A_truncated_entry_means_compiling_anew(int length)
    {
        await RunAsync();
        var file = Assert.Single(Directory.GetFiles(_folder));
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..length]);
        await RunAsync();
        Assert.Single(_logger.Warnings);
    }

    [Fact]
    public async Task An_entry_of_another_module_is_not_used()
    {
        await RunAsync();
        var file = Assert.Single(Directory.GetFiles(_folder));
        var other = Wat.Assemble(Guests.With("(func (export \"f\") unreachable)"));
        await RunAsync(other, expectFailure: true);
        var otherFile = Assert.Single(Directory.GetFiles(_folder), name => name != file);
        File.Copy(otherFile, file, overwrite: true);
        await RunAsync();
        Assert.Contains("another module", Assert.Single(_logger.Warnings), default);
    }

    [Fact]
    public async Task An_intact_entry_with_code_of_another_engine_is_refused_by_wasmtime()
    {
        await RunAsync();
        var file = Assert.Single(Directory.GetFiles(_folder));
        var entry = File.ReadAllBytes(file);
        var fingerprint = System.Text.Encoding.ASCII.GetString(entry.AsSpan(16, 32));
        byte[] shape = [0, 0, 0, 0, 0, 0, 0, 0];
        byte[] code = [.. "\u007fELF no code of this engine"u8];
        CacheEntry.WriteHeader(entry, fingerprint, entry.AsSpan(48, 32).ToArray(), shape, code);
        File.WriteAllBytes(file, [.. entry[..CacheEntry.HeaderBytes], .. shape, .. code]);
        await RunAsync();
        Assert.Contains("unusable", Assert.Single(_logger.Warnings), default);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_costs_only_the_cache()
    {
        File.WriteAllText(_folder, "a file is in the way");
        await RunAsync();
        Assert.Contains("out of use", Assert.Single(_logger.Warnings), default);
    }

    [Fact]
    public void Old_entries_go_when_the_folder_is_full()
    {
        var time = TimeProvider.System;
        var folder = new CacheFolder(_folder, bytesMax: 250, time);
        folder.Prepare();
        foreach (var (name, age) in new[] { ("a", 3), ("b", 2), ("c", 1) })
        {
            folder.Write(name, [], new byte[100]);
            File.SetLastWriteTimeUtc(
                folder.FileOf(name),
                time.GetUtcNow().UtcDateTime.AddHours(-age)
            );
        }

        Assert.True(IsThere("b"));
        folder.Write("d", [], new byte[100]);
        Assert.False(IsThere("a"));
        Assert.False(IsThere("c"));
        Assert.True(IsThere("b"));

        bool IsThere(string name)
        {
            using var bytes = folder.Read(name);
            return bytes is not null;
        }
    }

    private async Task RunAsync(byte[]? module = null, bool expectFailure = false)
    {
        await using var app = await WasmApp.LoadAsync(
            module ?? Module,
            [WasmApp.Function("f", FunctionLimits.Default)],
            options: new WasmOptions { CacheFolder = _folder },
            logger: _logger
        );
        var result = await app.InvokeAsync("f");
        Assert.Equal(expectFailure, !result.IsCompleted);
    }

    private sealed class RecordingLogger : ILogger<WasmFunctionRuntime>
    {
        internal List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (logLevel >= LogLevel.Warning)
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
