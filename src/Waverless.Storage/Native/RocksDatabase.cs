using System.Runtime.InteropServices;
using System.Text;

namespace Waverless.Storage.Native;

/// <summary>
/// An open RocksDB database. Operations hold a reference, so disposing while others read waits
/// for the last of them instead of crashing the process. Thread-safe.
/// </summary>
internal sealed unsafe class RocksDatabase : SafeHandle
{
    private readonly nint _read = RocksDbNative.rocksdb_readoptions_create();
    private readonly nint _write = RocksDbNative.rocksdb_writeoptions_create();
    private readonly nint _writeSync = RocksDbNative.rocksdb_writeoptions_create();

    private readonly TaskCompletionSource _closed = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private RocksDatabase(nint database)
        : base(0, ownsHandle: true)
    {
        RocksDbNative.rocksdb_writeoptions_set_sync(_writeSync, 1);

        // Ranges are deleted only below floors of the change log and of accepted events, where
        // nobody reads by key; point reads then need not look at range tombstones at all.
        RocksDbNative.rocksdb_readoptions_set_ignore_range_deletions(_read, 1);
        SetHandle(database);
    }

    /// <summary>Ends when the last user has released the database after its disposal.</summary>
    public Task Closed => _closed.Task;

    /// <inheritdoc />
    public override bool IsInvalid => handle == 0;

    /// <summary>
    /// Opens or creates the database in a folder; throws <see cref="RocksDbException"/>.
    /// </summary>
    public static RocksDatabase Open(string folder, RocksTuning tuning) =>
        Open(folder, tuning, readOnly: false);

    /// <summary>
    /// Opens a database that nobody writes to, without changing a file of it.
    /// </summary>
    public static RocksDatabase OpenReadOnly(string folder) =>
        Open(folder, RocksTuning.Small, readOnly: true);

    private static RocksDatabase Open(string folder, RocksTuning tuning, bool readOnly)
    {
        NativeLibraryResolver.Ensure();
        var options = RocksOptions.Create(tuning);
        try
        {
            nint error = 0;
            nint database;
            fixed (byte* path = Terminated(folder))
            {
                database = readOnly
                    ? RocksDbNative.rocksdb_open_for_read_only(options, path, 0, &error)
                    : RocksDbNative.rocksdb_open(options, path, &error);
            }

            NativeFailure.ThrowIfAny(error);
            return new RocksDatabase(database);
        }
        finally
        {
            RocksDbNative.rocksdb_options_destroy(options);
        }
    }

    /// <summary>
    /// Reads a value into a buffer. Returns its length, or -1 if the key is absent; a length above
    /// the buffer's means that nothing was copied.
    /// </summary>
    public int Get(ReadOnlySpan<byte> key, Span<byte> buffer, RocksSnapshot? snapshot = null)
    {
        var referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            nint error = 0;
            nuint length = 0;
            byte found = 0;
            fixed (byte* k = key)
            fixed (byte* b = buffer)
            {
                _ = RocksDbNative.rocksdb_get_into_buffer(
                    handle,
                    snapshot?.ReadOptions ?? _read,
                    k,
                    (nuint)key.Length,
                    b,
                    (nuint)buffer.Length,
                    &length,
                    &found,
                    &error
                );
            }

            NativeFailure.ThrowIfAny(error);
            return found == 0 ? -1 : checked((int)length);
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Reads the first bytes of a value without copying the rest. Returns the value's length, or
    /// -1 if the key is absent.
    /// </summary>
    public int GetHead(ReadOnlySpan<byte> key, Span<byte> head, RocksSnapshot? snapshot = null)
    {
        var referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            nint error = 0;
            nint pinned;
            fixed (byte* k = key)
            {
                pinned = RocksDbNative.rocksdb_get_pinned_v2(
                    handle,
                    snapshot?.ReadOptions ?? _read,
                    k,
                    (nuint)key.Length,
                    &error
                );
            }

            NativeFailure.ThrowIfAny(error);
            if (pinned == 0)
            {
                return -1;
            }

            nuint length = 0;
            var value = RocksDbNative.rocksdb_pinnable_handle_get_value(pinned, &length);
            var copied = Math.Min(head.Length, checked((int)length));
            new ReadOnlySpan<byte>(value, copied).CopyTo(head);
            RocksDbNative.rocksdb_pinnable_handle_destroy(pinned);
            return (int)length;
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>Writes a batch in RocksDB's wire form atomically; null means success.</summary>
    public RocksDbException? Write(ReadOnlySpan<byte> batch, bool sync)
    {
        var referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            nint error = 0;
            fixed (byte* records = batch)
            {
                var native = RocksDbNative.rocksdb_writebatch_create_from(
                    records,
                    (nuint)batch.Length
                );
                RocksDbNative.rocksdb_write(handle, sync ? _writeSync : _write, native, &error);
                RocksDbNative.rocksdb_writebatch_destroy(native);
            }

            return error == 0 ? null : NativeFailure.Take(error);
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>Opens a cursor over a snapshot of the keys in [from, to).</summary>
    public RocksCursor OpenCursor(
        ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to,
        RocksSnapshot? snapshot = null
    )
    {
        var referenced = false;
        DangerousAddRef(ref referenced);
        return new RocksCursor(this, handle, from, to, snapshot);
    }

    /// <summary>Keeps the state of now readable until it is disposed.</summary>
    public RocksSnapshot OpenSnapshot()
    {
        var referenced = false;
        DangerousAddRef(ref referenced);
        return new RocksSnapshot(this, handle);
    }

    /// <summary>Writes everything in memory to table files.</summary>
    public void Flush() =>
        Run(static database =>
        {
            nint error = 0;
            var options = RocksDbNative.rocksdb_flushoptions_create();
            RocksDbNative.rocksdb_flush(database, options, &error);
            RocksDbNative.rocksdb_flushoptions_destroy(options);
            return error;
        });

    /// <summary>Forces the write-ahead log to the disk.</summary>
    public void SyncLog() =>
        Run(static database =>
        {
            nint error = 0;
            RocksDbNative.rocksdb_flush_wal(database, 1, &error);
            return error;
        });

    /// <summary>Makes a consistent copy, by hard links where possible, in a new folder.</summary>
    public void Checkpoint(string folder) =>
        Run(database =>
        {
            nint error = 0;
            var checkpoint = RocksDbNative.rocksdb_checkpoint_object_create(database, &error);
            if (error != 0)
            {
                return error;
            }

            fixed (byte* path = Terminated(folder))
            {
                RocksDbNative.rocksdb_checkpoint_create(checkpoint, path, 0, &error);
            }

            RocksDbNative.rocksdb_checkpoint_object_destroy(checkpoint);
            return error;
        });

    /// <summary>Compares every block of every table file with its checksum.</summary>
    public void VerifyChecksums() =>
        Run(static database =>
        {
            nint error = 0;
            RocksDbNative.rocksdb_verify_checksum(database, &error);
            return error;
        });

    /// <summary>
    /// About how many bytes the keys in [from, to) take, in memory and in table files.
    /// </summary>
    public long ApproximateBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        const byte MemoryAndFiles = 3;
        var referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            ulong size = 0;
            nint error = 0;
            var (fromBytes, toBytes) = ((nuint)from.Length, (nuint)to.Length);
            var family = RocksDbNative.rocksdb_get_default_column_family_handle(handle);
            fixed (byte* first = from)
            fixed (byte* last = to)
            {
                var (start, end) = ((nint)first, (nint)last);
                RocksDbNative.rocksdb_approximate_sizes_cf_with_flags(
                    handle,
                    family,
                    1,
                    (byte**)&start,
                    &fromBytes,
                    (byte**)&end,
                    &toBytes,
                    MemoryAndFiles,
                    &size,
                    &error
                );
            }

            RocksDbNative.rocksdb_column_family_handle_destroy(family);
            NativeFailure.ThrowIfAny(error);
            return (long)size;
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }

    /// <summary>A property of the database as text, or null if there is no such property.</summary>
    public string? Property(string name)
    {
        string? text = null;
        Run(database =>
        {
            fixed (byte* bytes = Terminated(name))
            {
                var value = RocksDbNative.rocksdb_property_value(database, bytes);
                text = Marshal.PtrToStringUTF8(value);
                RocksDbNative.rocksdb_free(value);
            }

            return 0;
        });
        return text;
    }

    /// <inheritdoc />
    protected override bool ReleaseHandle()
    {
        RocksDbNative.rocksdb_close(handle);
        RocksDbNative.rocksdb_readoptions_destroy(_read);
        RocksDbNative.rocksdb_writeoptions_destroy(_write);
        RocksDbNative.rocksdb_writeoptions_destroy(_writeSync);
        _closed.TrySetResult();
        return true;
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private void Run(Func<nint, nint> call)
    {
        var referenced = false;
        try
        {
            DangerousAddRef(ref referenced);
            NativeFailure.ThrowIfAny(call(handle));
        }
        finally
        {
            if (referenced)
            {
                DangerousRelease();
            }
        }
    }
}
