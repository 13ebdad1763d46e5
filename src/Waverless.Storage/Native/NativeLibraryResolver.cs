using System.Reflection;
using System.Runtime.InteropServices;

namespace Waverless.Storage.Native;

/// <summary>
/// Finds the RocksDB library that the NuGet package <c>RocksDB</c> ships. Its name differs on musl
/// systems, and a host that runs without a runtime identifier finds it only below
/// <c>runtimes/</c>, so the plain probing of the runtime is not enough.
/// </summary>
internal static class NativeLibraryResolver
{
    private static readonly Lazy<bool> Registered = new(Register);

    /// <summary>
    /// Registers the resolver once per process; call before the first native call.
    /// </summary>
    public static void Ensure() => _ = Registered.Value;

    /// <summary>The file names to try on a platform, best first.</summary>
    public static IReadOnlyList<string> FileNames(bool windows, bool mac, bool musl)
    {
        if (windows)
        {
            return ["rocksdb.dll"];
        }

        if (mac)
        {
            return ["librocksdb.dylib"];
        }

        return musl
            ? ["librocksdb-musl.so", "librocksdb.so"]
            : ["librocksdb.so", "librocksdb-musl.so"];
    }

    private static bool Register()
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeLibraryResolver).Assembly, Resolve);
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == FolderSync.Library)
        {
            // "libc.so" is a linker's script where compilers are installed, and missing elsewhere.
            return NativeLibrary.TryLoad("libc.so.6", out var libc) ? libc : 0;
        }

        if (name != RocksDbNative.Library)
        {
            return 0;
        }

        var names = FileNames(OperatingSystem.IsWindows(), OperatingSystem.IsMacOS(), IsMusl());
        foreach (var file in names)
        {
            if (NativeLibrary.TryLoad(file, assembly, path, out var handle))
            {
                return handle;
            }

            foreach (var rid in RuntimeIdentifiers())
            {
                var full = Path.Combine(AppContext.BaseDirectory, "runtimes", rid, "native", file);
                if (NativeLibrary.TryLoad(full, out handle))
                {
                    return handle;
                }
            }
        }

        // Zero lets the runtime probe once more and throw a DllNotFoundException that lists paths.
        return 0;
    }

    private static IEnumerable<string> RuntimeIdentifiers()
    {
        var os =
            OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : "linux";
        var portable = os + "-" + Arch(RuntimeInformation.ProcessArchitecture);
        yield return portable;
        if (RuntimeInformation.RuntimeIdentifier != portable)
        {
            yield return RuntimeInformation.RuntimeIdentifier;
        }
    }

    private static string Arch(Architecture architecture) =>
        architecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            _ => architecture.ToString(),
        };

    private static bool IsMusl() =>
        RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
        || RuntimeInformation.RuntimeIdentifier.Contains("alpine", StringComparison.Ordinal)
        || File.Exists("/lib/ld-musl-x86_64.so.1")
        || File.Exists("/lib/ld-musl-aarch64.so.1");
}
