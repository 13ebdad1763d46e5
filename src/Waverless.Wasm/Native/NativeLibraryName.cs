namespace Waverless.Wasm.Native;

/// <summary>
/// The native library that the NuGet package Wasmtime puts under <c>runtimes/</c>.
/// </summary>
internal static class NativeLibraryName
{
    internal const string Wasmtime = "wasmtime";

    /// <summary>
    /// The version that <c>Directory.Packages.props</c> pins; part of the engine's fingerprint.
    /// </summary>
    internal const string Version = "50.0.1";
}
