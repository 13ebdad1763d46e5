using System.Runtime.InteropServices;

namespace Waverless.Storage.Native;

internal static partial class RocksDbNative
{
    [LibraryImport(Library)]
    public static partial nint rocksdb_options_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_options_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_create_if_missing(nint options, byte value);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_write_buffer_size(nint options, nuint bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_arena_block_size(nint options, nuint bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_uncache_aggressiveness(nint options, uint value);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_write_buffer_number(nint options, int count);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_total_wal_size(nint options, ulong bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_background_jobs(nint options, int count);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_open_files(nint options, int count);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_compression(nint options, int kind);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_bottommost_compression(nint options, int kind);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_keep_log_file_num(nint options, nuint count);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_log_file_size(nint options, nuint bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_info_log_level(nint options, int level);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_stats_dump_period_sec(nint options, uint value);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_stats_persist_period_sec(
        nint options,
        uint value
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_wal_recovery_mode(nint options, int mode);

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_max_bgerror_resume_count(
        nint options,
        int count
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_options_add_compact_on_deletion_collector_factory(
        nint options,
        nuint windowEntries,
        nuint deletionsTrigger
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_options_set_block_based_table_factory(
        nint options,
        nint tableOptions
    );

    [LibraryImport(Library)]
    public static partial nint rocksdb_block_based_options_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_destroy(nint tableOptions);

    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_block_cache(
        nint tableOptions,
        nint cache
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_filter_policy(
        nint tableOptions,
        nint policy
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_cache_index_and_filter_blocks(
        nint tableOptions,
        byte value
    );

    [LibraryImport(Library)]
    public static partial void rocksdb_block_based_options_set_data_block_index_type(
        nint tableOptions,
        int type
    );

    [LibraryImport(Library)]
    public static partial nint rocksdb_filterpolicy_create_bloom_full(double bitsPerKey);

    [LibraryImport(Library)]
    public static partial nint rocksdb_cache_create_lru(nuint bytes);

    [LibraryImport(Library)]
    public static partial void rocksdb_cache_destroy(nint cache);

    [LibraryImport(Library)]
    public static partial nint rocksdb_writeoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_writeoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_writeoptions_set_sync(nint options, byte value);

    [LibraryImport(Library)]
    public static partial nint rocksdb_flushoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_flushoptions_destroy(nint options);
}
