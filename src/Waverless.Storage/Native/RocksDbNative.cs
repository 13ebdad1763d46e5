using System.Runtime.InteropServices;

namespace Waverless.Storage.Native;

/// <summary>
/// Imports of RocksDB's C API, with the C names. Handles are plain pointers; the wrappers beside
/// this file own them. Every <c>error</c> argument points at a null pointer that the library
/// replaces by a message to be released with <see cref="rocksdb_free"/>.
/// </summary>
internal static unsafe partial class RocksDbNative
{
    public const string Library = "rocksdb";

    [LibraryImport(Library)]
    public static partial nint rocksdb_open(nint options, byte* path, nint* error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_open_for_read_only(
        nint options,
        byte* path,
        byte errorIfLogExists,
        nint* error
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_verify_checksum(nint database, nint* error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_get_default_column_family_handle(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_column_family_handle_destroy(nint family);

    [LibraryImport(Library)]
    public static partial void rocksdb_approximate_sizes_cf_with_flags(
        nint database,
        nint family,
        int ranges,
        byte** from,
        nuint* fromBytes,
        byte** to,
        nuint* toBytes,
        byte flags,
        ulong* sizes,
        nint* error
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_close(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_free(nint memory);

    [LibraryImport(Library)]
    public static partial byte rocksdb_get_into_buffer(
        nint database,
        nint readOptions,
        byte* key,
        nuint keyBytes,
        byte* buffer,
        nuint bufferBytes,
        nuint* valueBytes,
        byte* found,
        nint* error
    );

    [LibraryImport(Library)]
    public static partial nint rocksdb_get_pinned_v2(
        nint database,
        nint readOptions,
        byte* key,
        nuint keyBytes,
        nint* error
    );

    [LibraryImport(Library)]
    public static partial byte* rocksdb_pinnable_handle_get_value(nint pinned, nuint* bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_pinnable_handle_destroy(nint pinned);

    [LibraryImport(Library)]
    public static partial nint rocksdb_create_snapshot(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_release_snapshot(nint database, nint snapshot);

    [LibraryImport(Library)]
    public static partial void rocksdb_write(
        nint database,
        nint writeOptions,
        nint batch,
        nint* error
    );

    [LibraryImport(Library)]
    public static partial nint rocksdb_writebatch_create_from(byte* records, nuint bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    public static partial void rocksdb_flush(nint database, nint flushOptions, nint* error);

    [LibraryImport(Library)]
    public static partial void rocksdb_flush_wal(nint database, byte sync, nint* error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_property_value(nint database, byte* name);

    [LibraryImport(Library)]
    public static partial nint rocksdb_checkpoint_object_create(nint database, nint* error);

    [LibraryImport(Library)]
    public static partial void rocksdb_checkpoint_create(
        nint checkpoint,
        byte* directory,
        ulong walBytesForFlush,
        nint* error
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_checkpoint_object_destroy(nint checkpoint);
}
