using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Waverless.Wasm.Engine;
using Waverless.Wasm.Native;

namespace Waverless.Wasm.Modules;

/// <summary>
/// Compiles each module once per engine. Entries are machine code: only files that this class wrote
/// and that still have their hash are loaded, and nothing a user uploads is ever one.
/// </summary>
internal sealed class ModuleCache
{
    private readonly WasmEngine _engine;
    private readonly ILogger _logger;
    private readonly CacheFolder? _folder;

    internal ModuleCache(WasmEngine engine, WasmOptions options, TimeProvider time, ILogger logger)
    {
        _engine = engine;
        _logger = logger;
        if (options.CacheFolder is { } path)
        {
            _folder = new CacheFolder(path, options.CacheBytesMax, time);
            if (!Try(_folder.Prepare))
            {
                _folder = null;
            }
        }
    }

    /// <summary>Compiled from the cache; null: it is not there or cannot be used.</summary>
    internal CompiledModule? Find(ReadOnlySpan<byte> wasm)
    {
        if (_folder is null)
        {
            return null;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(wasm, hash);
        return Load(_folder, NameOf(hash), hash);
    }

    /// <summary>Compiled from the cache if it can be, else from the source.</summary>
    /// <exception cref="NativeWasmException">The module is not valid.</exception>
    internal CompiledModule Get(ReadOnlySpan<byte> wasm) => Find(wasm) ?? Compile(wasm);

    /// <summary>Compiles the source, and keeps the code in the cache.</summary>
    /// <exception cref="NativeWasmException">The module is not valid.</exception>
    internal CompiledModule Compile(ReadOnlySpan<byte> wasm)
    {
        if (_folder is null)
        {
            return CompiledModule.Compile(_engine, wasm);
        }

        var hash = SHA256.HashData(wasm);
        return Compile(_folder, NameOf(hash), wasm, hash);
    }

    private string NameOf(ReadOnlySpan<byte> hash) =>
        $"{Convert.ToHexStringLower(hash)}.{_engine.Fingerprint}";

    private CompiledModule? Load(CacheFolder from, string name, ReadOnlySpan<byte> hash)
    {
        using var entry = Read(from, name);
        if (entry is null)
        {
            return null;
        }

        var fingerprint = _engine.Fingerprint;
        var code = CacheEntry.Open(entry.Span, fingerprint, hash, out var shape, out var refusal);
        if (refusal is null)
        {
            try
            {
                return CompiledModule.Load(_engine, code, shape!);
            }
            catch (NativeWasmException e)
            {
                refusal = e.Failure.Headline;
            }
        }

        Log.CacheEntryUnusable(_logger, from.FileOf(name), refusal);
        return null;
    }

    private PooledBytes? Read(CacheFolder from, string name)
    {
        PooledBytes? entry = null;
        Try(() => entry = from.Read(name));
        return entry;
    }

    private CompiledModule Compile(
        CacheFolder into,
        string name,
        ReadOnlySpan<byte> wasm,
        byte[] hash
    )
    {
        var module = CompiledModule.Compile(_engine, wasm);
        Try(() =>
            module.Serialize(code =>
            {
                var shape = ModuleShapeCodec.Write(module.Shape);
                var head = new byte[CacheEntry.HeaderBytes + shape.Length];
                CacheEntry.WriteHeader(head, _engine.Fingerprint, hash, shape, code);
                shape.CopyTo(head, CacheEntry.HeaderBytes);
                into.Write(name, head, code);
            })
        );
        return module;
    }

    /// <summary>A cache that cannot be read or written costs time, never an app.</summary>
    private bool Try(Action access)
    {
        try
        {
            access();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.CacheUnusable(_logger, _folder!.Path, e.Message);
            return false;
        }
    }
}
