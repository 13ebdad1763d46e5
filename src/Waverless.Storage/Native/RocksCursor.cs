using System.Runtime.InteropServices;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Native;

/// <summary>
/// Walks the keys in [from, to) of a snapshot in byte order. The bounds are given to the library,
/// so that it never reads on into the deleted keys of a neighbour. Not thread-safe; must be
/// disposed, because it keeps the database open.
/// </summary>
internal sealed unsafe class RocksCursor : KeyCursor
{
    private readonly RocksDatabase _database;
    private readonly nint _options;
    private readonly nint _iterator;
    private readonly byte* _bounds;
    private bool _started;
    private bool _ended;
    private bool _disposed;

    internal RocksCursor(
        RocksDatabase database,
        nint handle,
        ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to,
        RocksSnapshot? snapshot
    )
    {
        _database = database;

        // The library keeps pointers to the bounds until the iterator goes.
        _bounds = (byte*)NativeMemory.Alloc((nuint)(from.Length + to.Length + 1));
        from.CopyTo(new Span<byte>(_bounds, from.Length));
        to.CopyTo(new Span<byte>(_bounds + from.Length, to.Length));
        _options = RocksDbNative.rocksdb_readoptions_create();
        RocksDbNative.rocksdb_readoptions_set_iterate_lower_bound(
            _options,
            _bounds,
            (nuint)from.Length
        );
        RocksDbNative.rocksdb_readoptions_set_iterate_upper_bound(
            _options,
            _bounds + from.Length,
            (nuint)to.Length
        );
        if (snapshot is not null)
        {
            RocksDbNative.rocksdb_readoptions_set_snapshot(_options, snapshot.Handle);
        }

        _iterator = RocksDbNative.rocksdb_create_iterator(handle, _options);
        LowerBytes = from.Length;
    }

    private int LowerBytes { get; }

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Key
    {
        get
        {
            nuint length = 0;
            var start = RocksDbNative.rocksdb_iter_key(_iterator, &length);
            return new ReadOnlySpan<byte>(start, (int)length);
        }
    }

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Value
    {
        get
        {
            nuint length = 0;
            var start = RocksDbNative.rocksdb_iter_value(_iterator, &length);
            return new ReadOnlySpan<byte>(start, (int)length);
        }
    }

    /// <inheritdoc />
    public override bool MoveNext()
    {
        if (_ended)
        {
            // The library goes on into memory that is not its own.
            return false;
        }

        if (_started)
        {
            RocksDbNative.rocksdb_iter_next(_iterator);
        }
        else
        {
            _started = true;
            RocksDbNative.rocksdb_iter_seek(_iterator, _bounds, (nuint)LowerBytes);
        }

        return IsValid();
    }

    /// <inheritdoc />
    public override bool MoveToLast()
    {
        (_started, _ended) = (true, false);
        RocksDbNative.rocksdb_iter_seek_to_last(_iterator);
        return IsValid();
    }

    /// <inheritdoc />
    public override bool MovePrevious()
    {
        if (_ended)
        {
            return false;
        }

        RocksDbNative.rocksdb_iter_prev(_iterator);
        return IsValid();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        RocksDbNative.rocksdb_iter_destroy(_iterator);
        RocksDbNative.rocksdb_readoptions_destroy(_options);
        NativeMemory.Free(_bounds);
        _database.DangerousRelease();
    }

    private bool IsValid()
    {
        if (RocksDbNative.rocksdb_iter_valid(_iterator) != 0)
        {
            return true;
        }

        _ended = true;
        nint error = 0;
        RocksDbNative.rocksdb_iter_get_error(_iterator, &error);
        if (error != 0)
        {
            throw RocksView.ReadFailure(NativeFailure.Take(error));
        }

        return false;
    }
}
