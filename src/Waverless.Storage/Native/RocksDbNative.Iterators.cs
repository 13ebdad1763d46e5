using System.Runtime.InteropServices;

namespace Waverless.Storage.Native;

/// <remarks>
/// What only looks at where an iterator stands takes nanoseconds and calls nothing back: these
/// calls do not let the collector in.
/// </remarks>
internal static unsafe partial class RocksDbNative
{
    [LibraryImport(Library)]
    public static partial nint rocksdb_create_iterator(nint database, nint readOptions);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_destroy(nint iterator);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek(nint iterator, byte* key, nuint keyBytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek_to_last(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_prev(nint iterator);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte* rocksdb_iter_key(nint iterator, nuint* bytes);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte* rocksdb_iter_value(nint iterator, nuint* bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_get_error(nint iterator, nint* error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_readoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_set_ignore_range_deletions(
        nint options,
        byte value
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_set_snapshot(nint options, nint snapshot);

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_set_iterate_lower_bound(
        nint options,
        byte* key,
        nuint keyBytes
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_set_iterate_upper_bound(
        nint options,
        byte* key,
        nuint keyBytes
    );
}
